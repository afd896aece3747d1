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

/// Counts the turns of one wait: spins at first, then lets other processes run, and looks at the clock now
/// and then.
@safe
struct Patience {
  private let nanoseconds: Int64
  private var turns: UInt32 = 0
  private var deadline: Int64 = 0
  /// Where to sleep; `nil` for MPI, which does not tell when something has happened.
  private let bell: Unmanaged<Doorbell>?
  private var ticket: UInt64 = 0

  init(nanoseconds: Int64) {
    self.nanoseconds = nanoseconds
    unsafe bell = nil
  }

  /// For a wait on `communicator`, which must last longer than this.
  @inline(__always)
  init(_ communicator: Communicator, limit: TimeLimit? = nil) {
    nanoseconds = (limit ?? communicator.limit).nanoseconds
    unsafe bell = communicator.bell
    if let bell = unsafe bell {
      ticket = unsafe bell._withUnsafeGuaranteedRef { $0.ticket }
      turns = Patience.turnsBeforeRest
    }
  }

  private static let turnsBeforeRest: UInt32 = 64

  /// Ends one turn; whether the time is over.
  @inline(__always)
  mutating func isSpent() -> Bool {
    turns &+= 1
    return turns > Patience.turnsBeforeRest && rest()
  }

  @inline(never)
  private mutating func rest() -> Bool {
    if let bell = unsafe bell { return unsafe bell._withUnsafeGuaranteedRef { sleep(at: $0) } }
    if turns > 512, Patience.ranksOutnumberCores {
      // Yielding alone hands the core on to the next rank that waits, and the one that computes gets it late.
      var nap = timespec(tv_sec: 0, tv_nsec: 20_000)
      unsafe nanosleep(&nap, nil)
    } else {
      CMPI_yield()
    }
    return turns % 64 == 1 && isPastDeadline()
  }

  /// Sleeps until something has happened since the look before the last one.
  private mutating func sleep(at bell: Doorbell) -> Bool {
    if turns &- Patience.turnsBeforeRest < bell.looksBeforeSleep { return false }
    let seen = ticket
    ticket = bell.ticket
    if ticket != seen { return false }
    if bell.isEnded || isPastDeadline() { return true }
    bell.park(since: seen, until: deadline)
    ticket = bell.ticket
    return false
  }

  private mutating func isPastDeadline() -> Bool {
    let now = CMPI_nanoseconds()
    if deadline == 0 {
      let (end, overflow) = now.addingReportingOverflow(nanoseconds)
      deadline = overflow ? .max : end
    }
    return now >= deadline
  }

  /// Looks at the environment, which allocates, before the first wait does.
  static func prepare() { _ = ranksOutnumberCores }

  /// Whether this machine runs more ranks than it has processors, as far as the launcher tells.
  private static let ranksOutnumberCores: Bool = {
    for variable in ["OMPI_COMM_WORLD_LOCAL_SIZE", "MPI_LOCALNRANKS"] {
      guard let text = unsafe getenv(variable), let ranks = unsafe Int(String(cString: text)) else {
        continue
      }
      return ranks > sysconf(Int32(_SC_NPROCESSORS_ONLN))
    }
    return false
  }()
}
