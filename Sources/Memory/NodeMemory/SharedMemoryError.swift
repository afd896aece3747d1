internal import Glibc

/// A step on the way to memory of several processes that the system refused.
package struct SharedMemoryError: Error, Hashable, CustomStringConvertible {
  /// What was refused, such as the name of a call.
  package let step: String
  /// Why.
  package let reason: String

  /// A step that went wrong in words.
  package init(_ step: String, reason: String) {
    self.step = step
    self.reason = reason
  }

  /// A system call that left its reason in `errno`.
  init(_ call: String) {
    self.init(call, reason: SystemError.text(of: errno))
  }

  /// The step and the reason in one line.
  package var description: String { "\(step): \(reason)" }
}
