internal import Glibc

/// Why a call of the system was refused.
package enum SystemError {
  /// The system's words for an error number, as `errno` holds it.
  package static func text(of errorNumber: Int32) -> String {
    unsafe strerror(errorNumber).map { unsafe String(cString: $0) } ?? "error \(errorNumber)"
  }
}
