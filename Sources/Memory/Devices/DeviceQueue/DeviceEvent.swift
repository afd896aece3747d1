import Synchronization

/// A point in a ``DeviceQueue``: complete when all that the queue was given before it is done.
///
/// An event that was never recorded is complete. It may be recorded again and again, by one thread at a time, while
/// no thread waits for it; it then stands for the newest point alone.
public final class DeviceEvent: @unchecked Sendable {
  /// The device whose queues it can be recorded on.
  public let device: Device

  private(set) var handle: DriverHandle
  private(set) var queue: DeviceQueue?
  /// How much work the queue had been given.
  private(set) var number: UInt64 = 0

  /// Makes an event.
  ///
  /// - Throws: ``DeviceError`` if the driver refuses.
  public init(on device: Device) throws(DeviceError) {
    handle = try device.driver.makeEvent()
    self.device = device
  }

  deinit {
    device.driver.destroyEvent(handle)
  }

  /// Has the event stand for all that a queue was given so far.
  ///
  /// - Throws: ``DeviceError`` if the driver refuses, or reports what failed before.
  public func record(on queue: DeviceQueue) throws(DeviceError) {
    queue.requireDevice(device)
    let number = queue.enqueuedCount
    handle = try device.driver.record(handle, on: queue.handle)
    self.queue = queue
    self.number = number
  }

  /// Whether everything before the event is done; asks the driver and does not wait.
  ///
  /// - Throws: ``DeviceError``: what failed on the device.
  public var isComplete: Bool {
    get throws(DeviceError) {
      guard let queue, !queue.hasCompleted(number) else { return true }
      guard try device.driver.isComplete(handle) else { return false }
      queue.complete(number)
      return true
    }
  }

  /// Waits until everything before the event is done, and for nothing behind it.
  ///
  /// - Throws: ``DeviceError``: what failed on the device.
  public func wait() throws(DeviceError) {
    guard let queue, !queue.hasCompleted(number) else { return }
    try device.driver.wait(for: handle)
    queue.complete(number)
  }
}
