import MPI
import Memory

/// What a rank offers to the others of its node: the memory that it packs its messages in, and flags for each of them.
@safe
final class DeviceOffer {
  /// Where messages are packed.
  var packed: DeviceMemory { offered.memory }

  private let flags: Allocation
  private let offered: ExportableMemory
  private let shared: NodeMemory
  /// Whether the others are threads of this process, to whom the memory need not be exported.
  private let isWithinProcess: Bool

  /// `nil` if there is no memory for it.
  init?(count: Int, staging: DeviceStaging, in memory: NodeMemory, isWithinProcess: Bool) {
    do throws(AllocationError) {
      flags = try Allocation(
        byteCount: count * WindowFlags.byteCount(fields: 0), alignment: WindowFlags.alignment,
        allocator: memory.allocator)
    } catch {
      return nil
    }
    do throws(HaloError) { offered = try staging.offeredMemory() } catch { return nil }
    shared = memory
    self.isWithinProcess = isWithinProcess
    for place in 0..<count { flags(ofMessage: place).initialize() }
  }

  /// The flags of one of the messages.
  func flags(ofMessage place: Int) -> WindowFlags {
    unsafe WindowFlags(at: start(ofMessage: place), fields: 0)
  }

  private func start(ofMessage place: Int) -> UnsafeMutableRawPointer {
    unsafe flags.base + place * WindowFlags.byteCount(fields: 0)
  }

  /// What to tell the receiver of a message that is packed at some place; `nil` if it cannot reach that.
  func announcement(ofMessage place: Int, at offset: Int) -> DeviceAnnouncement? {
    guard
      let location = unsafe shared.location(
        of: start(ofMessage: place), byteCount: WindowFlags.byteCount(fields: 0))
    else { return nil }
    guard !isWithinProcess else {
      return DeviceAnnouncement(
        flags: location, offset: offset, byteCount: packed.byteCount, handle: nil, owner: self)
    }
    guard let handle = offered.handle else { return nil }
    return DeviceAnnouncement(
      flags: location, offset: offset, byteCount: packed.byteCount, handle: handle, owner: nil)
  }
}
