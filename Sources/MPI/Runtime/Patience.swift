internal import CMPI
internal import Glibc

/// Counts the turns of one wait: spins at first, then lets other processes run, and looks at the clock now
/// and then.
///
/// A wait of more than a few turns also lets what else its rank has under way move on; see ``UnderWay``.
@safe
package struct Patience {
  private let nanoseconds: Int64
  private var turns: UInt32 = 0
  private var deadline: Int64 = 0
  /// Where to sleep; `nil` for MPI, which does not tell when something has happened.
  private let bell: Unmanaged<Doorbell>?
  private var ticket: UInt64 = 0
  /// Lives as long as the communicator.
  private let underWay: Unmanaged<UnderWay>?

  init(nanoseconds: Int64) {
    self.nanoseconds = nanoseconds
    unsafe bell = nil
    unsafe underWay = nil
  }

  /// For a wait on `communicator`, which must last longer than this.
  @inline(__always)
  package init(_ communicator: Communicator, limit: TimeLimit? = nil) {
    unsafe underWay = Unmanaged.passUnretained(communicator.underWay)
    nanoseconds = (limit ?? communicator.limit).nanoseconds
    unsafe bell = communicator.bell
    if let bell = unsafe bell {
      ticket = unsafe bell._withUnsafeGuaranteedRef { $0.ticket }
      turns = Patience.turnsBeforeRest
    }
  }

  /// For a wait on something else too, of which `communicator` is not told when it happens.
  package init(polling communicator: Communicator) {
    unsafe underWay = Unmanaged.passUnretained(communicator.underWay)
    nanoseconds = communicator.limit.nanoseconds
    unsafe bell = nil
  }

  private static let turnsBeforeRest: UInt32 = 64

  /// Ends one turn; whether the time is over.
  @inline(__always)
  package mutating func isSpent() -> Bool {
    turns &+= 1
    return turns > Patience.turnsBeforeRest && rest()
  }

  @inline(never)
  private mutating func rest() -> Bool {
    unsafe underWay?._withUnsafeGuaranteedRef { $0.moveOn() }
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
  package static func prepare() { _ = ranksOutnumberCores }

  /// Whether this machine runs more ranks than it has processors, as far as the launcher tells.
  package static let ranksOutnumberCores: Bool = {
    for variable in ["OMPI_COMM_WORLD_LOCAL_SIZE", "MPI_LOCALNRANKS"] {
      guard let text = unsafe getenv(variable), let ranks = unsafe Int(String(cString: text)) else {
        continue
      }
      return ranks > sysconf(Int32(_SC_NPROCESSORS_ONLN))
    }
    return false
  }()
}
