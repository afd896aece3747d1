extension Timer {
  /// The handle of one clock of a timer: its name, looked up once.
  ///
  ///     let kernel = timer.stopwatch("kernel")
  ///     for _ in 0..<steps {
  ///       try timer.start(kernel)
  ///       advance(&state)
  ///       try timer.stop(kernel)
  ///     }
  public struct Stopwatch: Hashable, Sendable {
    let index: Int
    let timer: UInt
  }
}
