internal import CMPI

// For ranks that tell each other through memory, and not by messages, that they are ready.
extension Communicator {
  /// Tells a rank that memory which it looks at has changed: it may be asleep.
  package func wake(_ peer: Int) { carrier?.wake(peer) }

  /// The error of a wait for what a rank does in memory, once the patience for it is spent.
  package func timeLimitError(waitingFor peer: Int) -> MPIError {
    timeLimitError(Call("shared memory", peer: .rank(Int32(truncatingIfNeeded: peer))))
  }

  /// How often a wait looks before its thread sleeps until something happens; `nil` where it never sleeps.
  package var looksBeforeSleep: Int? {
    unsafe bell.map { unsafe Int($0._withUnsafeGuaranteedRef { $0.looksBeforeSleep }) }
  }

  /// Whether messages are held back on purpose, to find what depends on their timing.
  package var delaysMessages: Bool { carrier?.delaysMessages ?? false }
}
