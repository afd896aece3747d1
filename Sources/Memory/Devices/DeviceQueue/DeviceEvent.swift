import Synchronization

/// A point in a ``DeviceQueue``: complete when all that the queue was given before it is done.
///
/// An event that was never recorded is complete. It may be recorded again and again, and then stands for the newest
/// point alone; a thread that waits meanwhile waits for the point that it found.
///
/// May be used from every thread.
public final class DeviceEvent: Sendable {
  /// The device whose queues it can be recorded on.
  public let device: Device

  /// What the event stands for; no queue before it was first recorded.
  private struct Point {
    var handle: DriverHandle
    var queue: DeviceQueue?
    /// How much work the queue had been given.
    var number: UInt64 = 0

    var isKnownDone: Bool { queue?.isKnownDone(number) ?? true }
  }

  // The driver's handle may be another after each recording: nobody else may use it meanwhile.
  private let point: Mutex<Point>

  /// Makes an event.
  ///
  /// - Throws: ``DeviceError`` if the driver refuses.
  public init(on device: Device) throws(DeviceError) {
    point = Mutex(Point(handle: try device.driver.makeEvent()))
    self.device = device
  }

  deinit {
    point.withLock { device.driver.destroyEvent($0.handle) }
  }

  /// Has the event stand for all that a queue was given so far.
  ///
  /// - Throws: ``DeviceError`` if the driver refuses, or reports what failed before.
  public func record(on queue: DeviceQueue) throws(DeviceError) {
    queue.requireDevice(device)
    try point.withLock { point throws(DeviceError) in
      let number = queue.enqueuedCount
      point.handle = try device.driver.record(point.handle, on: queue.handle)
      (point.queue, point.number) = (queue, number)
    }
  }

  /// Whether everything before the event is done; asks the driver and does not wait.
  ///
  /// - Throws: ``DeviceError``: what failed on the device.
  public var isComplete: Bool {
    get throws(DeviceError) {
      try point.withLock { point throws(DeviceError) in
        guard !point.isKnownDone else { return true }
        guard try device.driver.isComplete(point.handle) else { return false }
        point.queue?.complete(point.number)
        return true
      }
    }
  }

  /// Waits until everything before the event is done, and for nothing behind it.
  ///
  /// - Throws: ``DeviceError``: what failed on the device.
  public func wait() throws(DeviceError) {
    let found = try point.withLock { point throws(DeviceError) -> Point? in
      guard !point.isKnownDone else { return nil }
      try device.driver.retainEvent(point.handle)
      return point
    }
    guard let found else { return }
    defer { device.driver.releaseEvent(found.handle) }
    try device.driver.wait(for: found.handle)
    found.queue?.complete(found.number)
  }

  // MARK: - For queues and memories

  /// The queue that it was last recorded on, and how much work that had been given; `nil` before the first time.
  var recorded: (queue: DeviceQueue, number: UInt64)? {
    point.withLock { point in point.queue.map { ($0, point.number) } }
  }

  /// Lets another queue go on only when everything before the event is done; does not wait.
  func order(_ queue: DeviceQueue) throws(DeviceError) {
    try point.withLock { point throws(DeviceError) in
      guard point.queue !== queue, !point.isKnownDone else { return }
      let handle = point.handle
      try queue.beginUntracked { driver, queue throws(DeviceError) in try driver.order(queue, after: handle) }
    }
  }
}
