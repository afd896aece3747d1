import Memory

/// The memory of the messages of a plan for fields on a device: on the device, to pack and unpack, and in the process,
/// for MPI.
///
/// Each of the four is allocated when a route first needs it.
final class DeviceStaging {
  /// Which of the four.
  enum Place: Int, CaseIterable {
    /// In the process's memory, of messages that are sent and that come.
    case pinnedSend, pinnedReceive
    /// On the device.
    case deviceSend, deviceReceive

    fileprivate var isPinned: Bool { self == .pinnedSend || self == .pinnedReceive }
    fileprivate var isSent: Bool { self == .pinnedSend || self == .deviceSend }
  }

  let device: Device
  /// Whether the device's kernels read and write the process's memory by themselves.
  private(set) lazy var isReachableByKernels = reachesPinnedMemory()
  private let sendByteCount: Int
  private let receiveByteCount: Int
  private var parts: [Part?] = Place.allCases.map { _ in nil }
  private var offered: ExportableMemory?

  init(sendByteCount: Int, receiveByteCount: Int, on device: Device) {
    self.device = device
    self.sendByteCount = sendByteCount
    self.receiveByteCount = receiveByteCount
  }

  /// Whether there is room for the messages of an update.
  func holds(_ lowered: LoweredLinks) -> Bool {
    lowered.sendByteCount <= sendByteCount && lowered.receiveByteCount <= receiveByteCount
  }

  /// One of the four.
  func memory(_ place: Place) throws(HaloError) -> DeviceMemory {
    if place == .deviceSend { return try offeredMemory().memory }
    if let part = parts[place.rawValue] { return part.memory }
    let part = try Part(
      byteCount: place.isSent ? sendByteCount : receiveByteCount,
      allocator: place.isPinned ? .pinned(device) : .device(device))
    parts[place.rawValue] = part
    return part.memory
  }

  /// The one that peers may unpack messages from.
  func offeredMemory() throws(HaloError) -> ExportableMemory {
    if let offered { return offered }
    let made = try HaloError.rethrow { () throws(DeviceError) in
      try ExportableMemory(byteCount: sendByteCount, on: device)
    }
    offered = made
    return made
  }

  /// Gives back what no message uses.
  func keep(only places: Set<Place>) {
    for place in Place.allCases where !places.contains(place) { parts[place.rawValue] = nil }
    if !places.contains(.deviceSend) { offered = nil }
  }

  /// A driver may refuse to pin memory, and ordinary memory stand for it.
  private func reachesPinnedMemory() -> Bool {
    guard device.kernelsReachPinnedMemory else { return false }
    do throws(HaloError) {
      let (sent, received) = (try memory(.pinnedSend), try memory(.pinnedReceive))
      return sent.isReachableByKernels && received.isReachableByKernels
    } catch {
      return false
    }
  }

  /// Those of the four that are used.
  struct Memories {
    private var memories: InlineArray<4, DeviceMemory?> = InlineArray(repeating: nil)

    subscript(place: Place) -> DeviceMemory? {
      get { memories[place.rawValue] }
      set { memories[place.rawValue] = newValue }
    }

    /// The address of one that is used.
    func address(_ place: Place) -> UInt { self[place]?.address ?? 0 }
  }

  private final class Part {
    let memory: DeviceMemory
    private let allocation: Allocation

    init(byteCount: Int, allocator: Allocator) throws(HaloError) {
      allocation = try HaloError.rethrow { () throws(AllocationError) in
        try Allocation(byteCount: byteCount, allocator: allocator)
      }
      guard let memory = allocation.deviceMemory else { fatalError("Halo: a device without its memory") }
      self.memory = memory
    }
  }
}
