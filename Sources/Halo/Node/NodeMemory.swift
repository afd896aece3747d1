package import MPI
package import Memory

/// Memory of the ranks of one node that they all reach, as the ranks of one communicator see it.
///
/// A place of it has the same number, its location, in every rank, and an address of its own in each. Ranks of a local
/// world are one process, so that locations are addresses.
package final class NodeMemory: Sendable {
  /// What fields on grids of the communicator are made of by default.
  package let allocator: Allocator

  private let reachesAll: Bool
  private let rank: Int

  private init(allocator: Allocator, reachesAll: Bool, rank: Int) {
    self.allocator = allocator
    self.reachesAll = reachesAll
    self.rank = rank
  }

  /// Finds the memory that the ranks of a communicator share; collective.
  ///
  /// Where there is none to be shared, no rank is reached, which is no error.
  ///
  /// - Throws: `MPIError` if the ranks cannot agree.
  package static func joined(by communicator: Communicator) throws(MPIError) -> NodeMemory {
    NodeMemory(
      allocator: .hugePages, reachesAll: communicator.isWithinProcess, rank: communicator.rank)
  }

  /// Whether a rank of the communicator maps this memory; this rank itself does if any memory is shared.
  package func reaches(rank: Int) -> Bool { reachesAll }

  /// Where an address lies in the shared memory, the same number in every rank; `nil` if not all bytes lie within.
  package func location(of address: UnsafeRawPointer, byteCount: Int) -> Int? {
    reachesAll ? Int(bitPattern: address) : nil
  }

  /// The address, in this process, of a place of any rank's shared memory.
  package func address(at location: Int) -> UnsafeMutableRawPointer {
    guard let address = unsafe UnsafeMutableRawPointer(bitPattern: location) else {
      fatalError("NodeMemory: no memory lies at 0")
    }
    return unsafe address
  }

  /// Whether a rank's process has ended.
  package func hasEnded(rank: Int) -> Bool { false }
}

extension NodeMemory: CustomStringConvertible {
  /// Which memory and which pages were got, in a line.
  package var description: String {
    reachesAll ? "memory of one process" : "no shared memory"
  }
}
