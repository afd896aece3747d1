import Foundation

/// A progress line: one line rewritten in place on a terminal, a plain line now and then elsewhere.
///
/// Some launchers give every rank a terminal of its own, wherever the output goes in the end. So under a launcher the
/// lines are plain, unless the environment variable `EXAMPLES_PROGRESS` says `line` (or `plain`, for never).
///
/// ```swift
/// var progress = Progress(steps: 1000)
/// for step in 1...1000 { …; progress.show(step: step, "12 min") }
/// ```
public struct Progress {
  private let steps: Int
  private let onTerminal = Self.writesToTerminal
  private let started = ContinuousClock.now
  private var shown = ContinuousClock.now
  private var shownPercent = -1

  /// A line that counts to `steps`.
  public init(steps: Int) { self.steps = steps }

  /// Tells that `step` steps are done; writes at most five times a second on a terminal, else at every tenth.
  ///
  /// `detail` is evaluated only where a line is written.
  public mutating func show(step: Int, _ detail: @autoclosure () -> String) {
    let now = ContinuousClock.now, percent = 100 * step / max(steps, 1)
    let due = onTerminal ? now - shown > .milliseconds(200) : percent / 10 > shownPercent / 10
    guard due || step == steps else { return }
    (shown, shownPercent) = (now, percent)
    let seconds = (now - started) / .seconds(1)
    let rate = seconds > 0 ? Int(Double(step) / seconds) : 0
    let line = "\("\(percent)".rightAligned(3)) %   \(detail())   \(rate) steps/s"
    if onTerminal {
      print("\r\u{1b}[K\(line)", terminator: step == steps ? "\n" : "")
    } else {
      print(line)
    }
    fflush(nil)  // a pipe would keep the line until there are many
  }

  private static var writesToTerminal: Bool {
    let environment = ProcessInfo.processInfo.environment
    if let choice = environment["EXAMPLES_PROGRESS"] { return choice == "line" }
    let isLaunched = ["OMPI_COMM_WORLD_RANK", "PMI_RANK", "PMIX_RANK"].contains { environment[$0] != nil }
    return !isLaunched && isatty(STDOUT_FILENO) == 1
  }
}
