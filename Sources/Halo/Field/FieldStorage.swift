import Memory
import Synchronization

/// The part of a field that lives on the heap, the same type for every element and rank.
///
/// It is freed when neither the field nor a plan in flight holds it.
@usableFromInline
@safe
final class FieldStorage: @unchecked Sendable {
  /// Looked at when a row or a view is made.
  ///
  /// Never two threads' to change: a plan sets and clears it while it holds the field exclusively, which is also
  /// why checking exclusivity again here would only cost time.
  @exclusivity(unchecked) @usableFromInline var isInFlight = false

  /// The plan in flight with the field; looked at only while one is, and set and cleared as that flag is.
  @exclusivity(unchecked) unowned(unsafe) var runner: HaloRunner?

  let descriptor: FieldDescriptor
  /// From 1 on; no two fields of a process have the same, not even one after the other.
  let serial = fieldsMade.add(1, ordering: .relaxed).newValue
  /// The axis that is not the grid's; -1 if there is none, or several.
  let onlyExtraAxis: Int
  let name: String?
  /// The first owned cell.
  let origin: UnsafeMutableRawPointer
  let allocation: Allocation
  /// Where it lies on a device; `nil` where the processor can touch it.
  let deviceMemory: DeviceMemory?
  private let shape: UnsafeMutableRawPointer

  @unsafe
  init(
    descriptor: FieldDescriptor, name: String?, allocation: consuming Allocation,
    origin: UnsafeMutableRawPointer, shape: UnsafeMutableRawPointer
  ) {
    self.descriptor = descriptor
    let extra = descriptor.axes.indices.filter { descriptor.axes[$0].gridAxis == nil }
    onlyExtraAxis = extra.count == 1 ? extra[0] : -1
    self.name = name
    unsafe self.origin = origin
    deviceMemory = descriptor.device == nil ? nil : allocation.deviceMemory
    self.allocation = allocation
    unsafe self.shape = shape
  }

  /// Lets the messages of the exchange in flight move on.
  @usableFromInline
  func poke() { unsafe runner?.poke() }

  deinit {
    unsafe shape.deallocate()
  }
}

private let fieldsMade = Atomic<UInt64>(0)
