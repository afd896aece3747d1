internal import CMPI
internal import Glibc

/// How long a wait may last, in whole nanoseconds.
package struct TimeLimit: Hashable, Sendable {
  package let nanoseconds: Int64

  package static let none = TimeLimit(nanoseconds: .max)
  package static let standard = TimeLimit(nanoseconds: 600_000_000_000)

  package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  package init(_ duration: Duration?) {
    guard let duration else {
      self = .none
      return
    }
    let (seconds, attoseconds) = duration.components
    let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    nanoseconds = overflow ? .max : max(0, whole + attoseconds / 1_000_000_000)
  }

  /// From an environment variable in seconds: 0 is no limit, and unset the standard.
  init(environment variable: String) throws(StartError) {
    guard let text = unsafe getenv(variable) else {
      self = .standard
      return
    }
    let value = unsafe String(cString: text)
    guard let seconds = Double(value), seconds >= 0, seconds.isFinite else {
      throw .timeLimit(variable: variable, value: value)
    }
    self = seconds == 0 || seconds > 9e9 ? .none : TimeLimit(nanoseconds: max(1, Int64(seconds * 1e9)))
  }

  package var duration: Duration? { self == .none ? nil : .nanoseconds(nanoseconds) }
}
