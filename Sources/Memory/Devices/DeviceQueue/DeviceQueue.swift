import Synchronization

/// A device's list of work that is done in order: a CUDA or HIP stream, or an OpenCL command queue.
///
/// What a queue is given returns at once and is done later. Between queues there is no order but that which an event
/// makes, and the one that the memory itself asks for: a transfer begins when all transfers that were begun before it
/// with one of its memories, on whatever queue, are done.
///
/// May be used from every thread: each call sees to it that the device's context is the thread's.
public final class DeviceQueue: @unchecked Sendable {
  /// The device that does the work.
  public let device: Device

  let handle: DriverHandle
  private let isOwned: Bool
  // The program gives work to its own queue that is not counted here.
  private let knowsAllWork: Bool

  // So that what is known to be done need not be asked for, and a wait that is missing can be found.
  private let enqueued = Atomic<UInt64>(0)
  private let completed = Atomic<UInt64>(0)

  /// Whose work a device begins first where it has no room for that of all queues.
  public enum Priority: Sendable {
    /// As what a program gives to a stream of its own.
    case normal
    /// The greatest that CUDA or HIP has; on OpenCL, whose version 1.2 has none, as ``normal``.
    case high
  }

  /// Makes a queue, which waits for no other.
  ///
  /// - Parameters:
  ///   - device: What does its work.
  ///   - priority: Whether its work goes before that of other queues; what has begun is not interrupted.
  /// - Throws: ``DeviceError`` if the driver refuses.
  public init(on device: Device, priority: Priority = .normal) throws(DeviceError) {
    self.device = device
    handle = try device.driver.makeQueue(priority)
    (isOwned, knowsAllWork) = (true, true)
  }

  /// A queue that the program made, and may give work to by itself.
  init(adopting handle: DriverHandle, isOwned: Bool, on device: Device) {
    self.device = device
    self.handle = handle
    self.isOwned = isOwned
    knowsAllWork = false
  }

  deinit {
    if isOwned { device.driver.destroyQueue(handle) }
  }

  /// Waits until all that the queue was given is done.
  ///
  /// - Throws: ``DeviceError``: what failed on the device.
  public func wait() throws(DeviceError) {
    let number = enqueuedCount
    try device.driver.wait(forQueue: handle)
    complete(number)
  }

  /// Lets the work that the queue is given from now on begin only when an event is complete; does not wait.
  ///
  /// What the event's queue was itself ordered after counts too.
  ///
  /// - Throws: ``DeviceError`` if the driver refuses.
  public func order(after event: DeviceEvent) throws(DeviceError) {
    requireDevice(event.device)
    try event.order(self)
  }

  // MARK: - What has been done

  var enqueuedCount: UInt64 { enqueued.load(ordering: .acquiring) }

  /// Whether so much of what this library gave the queue is done.
  func hasCompleted(_ number: UInt64) -> Bool { completed.load(ordering: .acquiring) >= number }

  /// Whether all that the queue had been given is done, when it had been given so much by this library.
  func isKnownDone(_ number: UInt64) -> Bool { knowsAllWork && hasCompleted(number) }

  func complete(_ number: UInt64) { completed.max(number, ordering: .acquiringAndReleasing) }

  /// Traps where a device is not the queue's own.
  func requireDevice(_ other: Device) {
    guard other === device else {
      fatalError("Memory: a queue of \(device) was given something of \(other): use a queue of that device")
    }
  }

  // MARK: - Work

  /// Gives the queue a transfer between memories, after all transfers with them that were begun before.
  ///
  /// - Throws: ``DeviceError`` if the driver refuses; nothing was begun then, or the memories report it too.
  func begin(
    _ memories: [DeviceMemory], _ work: (any DeviceDriver, DriverHandle) throws(DeviceError) -> Void
  ) throws(DeviceError) {
    for memory in memories { try memory.order(self) }
    try beginUntracked(work)
    do {
      let event = try DeviceEvent(on: device)
      try event.record(on: self)
      for memory in memories { memory.note(event) }
    } catch {
      // Without an event to wait for later, the work is waited for now.
      do {
        try wait()
      } catch {
        for memory in memories { memory.fail(error) }
        throw error
      }
    }
  }

  /// Gives the queue work that nobody but the caller knows of.
  func beginUntracked(
    _ work: (any DeviceDriver, DriverHandle) throws(DeviceError) -> Void
  ) throws(DeviceError) {
    try work(device.driver, handle)
    enqueued.add(1, ordering: .acquiringAndReleasing)
  }
}
