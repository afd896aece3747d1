import Foundation

/// A progress line: one line rewritten in place on a terminal, a plain line now and then elsewhere.
///
/// ```swift
/// var progress = Progress(steps: 1000)
/// for step in 1...1000 { …; progress.show(step: step, "12 min") }
/// ```
public struct Progress {
  private let steps: Int
  private let onTerminal = isatty(STDOUT_FILENO) == 1
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
    let line = "\(Self.padded("\(percent)", to: 3)) %   \(detail())   \(rate) steps/s"
    if onTerminal {
      print("\r\u{1b}[K\(line)", terminator: step == steps ? "\n" : "")
    } else {
      print(line)
    }
    unsafe fflush(stdout)
  }

  /// Ends a half-written line, so that something else can be printed.
  public func makeRoom() {
    if onTerminal { print("\r\u{1b}[K", terminator: "") }
  }

  private static func padded(_ text: String, to width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }
}
