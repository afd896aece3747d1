internal import Glibc

/// A transfer that only its beginner knows of, and has to wait for.
struct UntrackedTransfer {
  let call: String
  /// The bytes of the memory that it reads or writes.
  let bytes: Range<Int>
  let queue: DeviceQueue
  /// Done when the queue has done so much work.
  let number: UInt64

  /// Whether transfers that nobody waited for are looked for: a fault found late is worth more than the time.
  static let areChecked: Bool = {
    guard let text = unsafe getenv("HALO_CHECK_TRANSFERS") else { return false }
    switch unsafe String(cString: text) {
    case "", "0": return false
    case "1": return true
    case let found: fatalError("HALO_CHECK_TRANSFERS: expected 0 or 1, found \(found)")
    }
  }()
}
