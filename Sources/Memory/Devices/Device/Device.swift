import Synchronization

/// One of the machine's accelerators, opened: what its memory, its queues and its work belong to.
///
///     let device = try Device.cuda()                     // the first; throws where there is no driver
///     let field = try Field<Double, 3>(on: grid, halo: 3, allocator: .device(device))
///
/// A driver is looked for at run time, when a device is first asked for. A device stays open until the process ends,
/// and may be used from every thread.
public final class Device: Sendable {
  /// The kind of driver that the device is reached through.
  public let interface: DeviceInterface

  /// The number of the device among those of its interface, from 0 on; `nil` for a user's own OpenCL context.
  public let index: Int?

  /// The device's name, as its driver gives it.
  public let name: String

  let driver: any DeviceDriver
  /// The memory that allocators lent, by its first byte.
  let memories = Mutex<[UInt: DeviceMemory]>([:])
  /// Memory of other processes, which a driver opens but once.
  let openedMemories = Mutex<[DeviceMemoryHandle: OpenedMemory]>([:])
  /// What was offered to other processes and is in nobody's use.
  let offeredMemories = Mutex<[DeviceMemory]>([])
  private let ownQueue = Mutex<DeviceQueue?>(nil)
  private let allocators = Mutex<[Bool: Allocator]>([:])
  let copyLists = DeviceCopyListCache()
  let kernels = LoadedKernels()

  init(_ interface: DeviceInterface, index: Int?, driver: any DeviceDriver) {
    self.interface = interface
    self.index = index
    self.driver = driver
    name = driver.deviceName
  }

  /// The queue that is used where none is named, such as for filling new memory with zeros.
  ///
  /// - Throws: ``DeviceError`` if the driver refuses to make it.
  public var queue: DeviceQueue {
    get throws(DeviceError) {
      if let made = ownQueue.withLock({ $0 }) { return made }
      let made = try DeviceQueue(on: self)
      return ownQueue.withLock { queue in
        if queue == nil { queue = made }
        return queue ?? made
      }
    }
  }

  /// The one allocator of the device's memory, or of memory that is pinned for it.
  func allocator(isPinned: Bool) -> Allocator {
    allocators.withLock { allocators in
      if let made = allocators[isPinned] { return made }
      let made = Allocator(DeviceAllocator(self, isPinned: isPinned))
      allocators[isPinned] = made
      return made
    }
  }

  /// Whether the device's kernels read and write pinned memory by themselves, so that halos can be packed straight
  /// into it.
  public var kernelsReachPinnedMemory: Bool { driver.kernelsReachPinnedMemory }
}

extension Device: Hashable {
  /// Whether both are one device: opened twice, it is the same.
  public static func == (left: Device, right: Device) -> Bool { left === right }

  /// Feeds the identity.
  public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}

extension Device: CustomStringConvertible {
  /// Interface, number and name: what errors call the device.
  public var description: String {
    "\(interface) device \(index.map { "\($0) " } ?? "")(\(name))"
  }
}
