import Dispatch
import Synchronization

/// Calls a kernel for the slabs of boxes, on several threads at once.
struct SlabTeam {
  private let threads: Int

  /// - Precondition: There is at least one thread.
  init(threads: Int) {
    guard threads >= 1 else {
      fatalError("Halo: an update of \(threads) threads: give 1 or more")
    }
    self.threads = threads
  }

  /// Calls `kernel` once for each slab of a box, which together make it up, and returns when all calls have.
  ///
  /// - Parameter isAllowed: Whether the box may be cut along an axis.
  /// - Throws: What the call of the first slab throws of those that throw.
  func run<let Rank: Int>(
    over box: Box<Rank>, cutAlong isAllowed: (Int) -> Bool, _ kernel: @Sendable (Box<Rank>) throws -> Void
  ) throws {
    guard let axis = box.axisToCut(into: threads, isAllowed) else {
      fatalError(
        "Halo: the fields that are written have no axis of the grid in common, along which threads could share it"
      )
    }
    let count = min(threads, box[axis].count)
    guard count > 1 else { return try kernel(box) }
    let failure = Mutex<(slab: Int, error: any Error)?>(nil)
    DispatchQueue.concurrentPerform(iterations: count) { number in
      do { try kernel(box.slab(number, of: count, along: axis)) } catch {
        failure.withLock { first in
          if first.map({ number < $0.slab }) ?? true { first = (number, error) }
        }
      }
    }
    if let failure = failure.withLock({ $0 }) { throw failure.error }
  }
}
