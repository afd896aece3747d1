internal import Glibc

/// A transfer that only its beginner knows of, and has to wait for.
struct UntrackedTransfer {
  let call: String
  let queue: DeviceQueue
  /// Done when the queue has done so much work.
  let number: UInt64

  /// Whether transfers that nobody waited for are looked for: a fault found late is worth more than the time.
  static let areChecked: Bool = {
    guard let value = unsafe getenv("HALO_CHECK_TRANSFERS") else { return false }
    return unsafe String(cString: value) == "1"
  }()
}
