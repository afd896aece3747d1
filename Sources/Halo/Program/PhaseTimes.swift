import Timing

/// The nanoseconds that an exchange has spent in each of its activities.
struct PhaseTimes {
  var pack: UInt64 = 0
  var bytesPacked = 0
  var send: UInt64 = 0
  var wrap: UInt64 = 0
  var wait: UInt64 = 0
  var unpack: UInt64 = 0
  /// From when all messages of the first phase are on their way to when the last one has come.
  var transfer: UInt64 = 0
}

/// The stopwatches of a plan.
struct PlanStopwatches {
  let pack, send, wrap, wait, unpack, transfer, interior, boundary: Timer.Stopwatch

  init(_ timer: Timer) {
    pack = timer.stopwatch(ClockName.pack)
    send = timer.stopwatch(ClockName.send)
    wrap = timer.stopwatch(ClockName.wrap)
    wait = timer.stopwatch(ClockName.wait)
    unpack = timer.stopwatch(ClockName.unpack)
    transfer = timer.stopwatch(ClockName.transfer)
    interior = timer.stopwatch(ClockName.interior)
    boundary = timer.stopwatch(ClockName.boundary)
  }
}
