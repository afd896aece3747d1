/// What a timer, or a report made of several timers, refuses.
///
/// Every case names the clock, so that the call to mend can be found.
public enum TimerError: Error, Hashable, Sendable {
  /// The clock of this name was started while it was running.
  case alreadyRunning(String)

  /// The clock of this name was stopped while it was not running.
  case notRunning(String)

  /// The timer was to be disabled while the clocks of these names were running.
  case disabledWhileRunning([String])

  /// The bytes that a rank sent as its timer's figures are not what ``Timer/encoded()`` writes.
  case malformedFigures(rank: Int, problem: String)
}

extension TimerError: CustomStringConvertible {
  /// One line: the clock, what is wrong with it, and what to do.
  public var description: String {
    switch self {
    case .alreadyRunning(let name):
      "clock \"\(name)\" is already running: stop it before it is started again"
    case .notRunning(let name):
      "clock \"\(name)\" is not running: start it before it is stopped"
    case .disabledWhileRunning(let names):
      "the timer cannot be disabled while clocks run; stop these first: "
        + names.map { "\"\($0)\"" }.joined(separator: ", ")
    case .malformedFigures(let rank, let problem):
      "the timing figures of rank \(rank) cannot be read: \(problem)"
    }
  }
}
