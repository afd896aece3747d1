internal import CMPI
internal import Glibc
internal import Synchronization

/// Where one rank of a local world sleeps until something happens that it may be waiting for.
///
/// A rank takes a ticket, looks whether what it waits for is there, and parks if not: a ring after the ticket was taken
/// keeps it from sleeping.
final class Doorbell: Sendable {
  private let rings = Atomic<UInt64>(0)
  private let parks = Atomic<UInt64>(0)
  /// The ticket of the last park.
  private let parkedSince = Atomic<UInt64>(0)
  private let isParked = Atomic<Bool>(false)
  private let wakeTime = Atomic<Int64>(.max)
  private let alarm = Atomic<Int64>(.max)
  private let hasEnded = Atomic<Bool>(false)
  private let lock = Lock()

  /// How often a wait looks before it sleeps.
  let looksBeforeSleep: UInt32

  /// The bell of one of `ranks` threads.
  init(ranks: Int) {
    // A rank that looks keeps the core from the one that it waits for, unless there are cores enough.
    looksBeforeSleep = ranks <= sysconf(Int32(_SC_NPROCESSORS_ONLN)) ? 256 : 4
  }

  var ticket: UInt64 { rings.load(ordering: .acquiring) }

  /// Tells the rank that something has happened.
  func ring() {
    rings.add(1, ordering: .sequentiallyConsistent)
    guard isParked.load(ordering: .sequentiallyConsistent) else { return }
    lock.withLock { lock.wakeAll() }
  }

  /// Ends all waits here, now and later.
  func end() {
    hasEnded.store(true, ordering: .releasing)
    ring()
  }

  var isEnded: Bool { hasEnded.load(ordering: .acquiring) }

  /// Lets the next sleep end at `time` at the latest: something is then due.
  func setAlarm(at time: Int64) {
    if time < alarm.load(ordering: .relaxed) { alarm.store(time, ordering: .relaxed) }
  }

  /// Sleeps until the bell rings, unless it has rung since `ticket` was taken, or until `deadline`.
  func park(since ticket: UInt64, until deadline: Int64) {
    let wake = min(deadline, alarm.load(ordering: .relaxed))
    alarm.store(.max, ordering: .relaxed)
    lock.withLock {
      parks.add(1, ordering: .relaxed)
      parkedSince.store(ticket, ordering: .relaxed)
      wakeTime.store(wake, ordering: .relaxed)
      isParked.store(true, ordering: .sequentiallyConsistent)
      while rings.load(ordering: .sequentiallyConsistent) == ticket, CMPI_nanoseconds() < wake {
        lock.wait(until: wake)
      }
      isParked.store(false, ordering: .relaxed)
    }
  }

  /// Two numbers that stay the same for as long as the rank sleeps and nothing has rung; `nil` while it is awake, or
  /// about to be, or if it will wake by itself before `time`.
  func sleep(beyond time: Int64) -> (rings: UInt64, parks: UInt64)? {
    guard isParked.load(ordering: .sequentiallyConsistent) else { return nil }
    guard wakeTime.load(ordering: .sequentiallyConsistent) > time else { return nil }
    let rings = rings.load(ordering: .sequentiallyConsistent)
    guard rings == parkedSince.load(ordering: .relaxed) else { return nil }
    return (rings, parks.load(ordering: .sequentiallyConsistent))
  }
}
