import Memory

/// The queue of a plan's own work on a device, and its order with the caller's.
final class DeviceQueues {
  /// What a plan's launches and copies are given to: not the caller's own, where they would wait for what the caller
  /// computes meanwhile; of high priority, since other ranks wait for its messages.
  let own: DeviceQueue
  private let caller: DeviceQueue
  private let reached: DeviceEvent
  private let done: DeviceEvent

  init(on device: Device, ordering caller: DeviceQueue?) throws(DeviceError) {
    own = try DeviceQueue(on: device, priority: .high)
    self.caller = if let caller { caller } else { try device.queue }
    reached = try DeviceEvent(on: device)
    done = try DeviceEvent(on: device)
  }

  var device: Device { own.device }

  /// Lets the plan's work begin when what the caller has begun with the fields is done.
  func begin(with fields: DeviceFields) throws(DeviceError) {
    try reached.record(on: caller)
    try own.order(after: reached)
    try fields.order(own)
  }

  /// Lets what the caller begins from now on come after the plan's work.
  func end(with fields: DeviceFields) throws(DeviceError) {
    try done.record(on: own)
    try caller.order(after: done)
    fields.note(done)
  }

  /// Waits until the plan's work of the last exchange is done, which still reads messages.
  func finishLast() throws(DeviceError) { try done.wait() }

  deinit {
    // Its memory is about to be given back; what failed was reported to whoever asked.
    try? done.wait()
  }
}
