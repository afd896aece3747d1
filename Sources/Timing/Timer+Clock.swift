extension Timer {
  /// Runs `body` under the clock of this name, which stops when `body` returns and also when it throws.
  ///
  ///     let energy = try timer.clock("diagnostics") { try totalEnergy(of: field) }
  ///
  /// - Returns: What `body` returns.
  /// - Throws: What `body` throws; else ``TimerError/alreadyRunning(_:)`` before `body` runs, or
  ///   ``TimerError/notRunning(_:)`` if `body` stopped this clock itself.
  /// - Complexity: O(1) beside `body`; allocates only when the name is new.
  @inlinable
  public func clock<R: ~Copyable>(_ name: String, _ body: () throws -> R) throws -> R {
    try clock(stopwatch(name), body)
  }

  /// Runs `body` under the clock of a stopwatch, which stops when `body` returns and also when it throws.
  ///
  /// Traps if the stopwatch belongs to another timer and this one is enabled.
  ///
  /// - Returns: What `body` returns.
  /// - Throws: What `body` throws; else ``TimerError/alreadyRunning(_:)`` before `body` runs, or
  ///   ``TimerError/notRunning(_:)`` if `body` stopped this clock itself.
  /// - Complexity: O(1) beside `body`; allocates nothing.
  @inlinable
  public func clock<R: ~Copyable>(_ stopwatch: Stopwatch, _ body: () throws -> R) throws -> R {
    try start(stopwatch)
    let result: R
    do {
      result = try body()
    } catch {
      // The error of the body is what the caller must see, whatever the body did to the clock.
      try? stop(stopwatch)
      throw error
    }
    try stop(stopwatch)
    return result
  }
}
