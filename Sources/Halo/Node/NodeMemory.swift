package import MPI
package import Memory

/// Memory of the ranks of one node that they all reach, as the ranks of one communicator see it.
///
/// A place of it has the same number, its location, in every rank, and an address of its own in each. Ranks of a local
/// world are one process, so that locations are addresses.
package final class NodeMemory: Sendable {
  /// What fields on grids of the communicator are made of by default.
  package let allocator: Allocator

  private let extent: Extent
  private let ownRank: Int

  /// Whom this rank shares its memory with.
  private enum Extent {
    /// All ranks: they are threads of this process.
    case process
    /// No rank, for a reason.
    case none(String)
    /// Some ranks of this node; for each rank of the communicator, which part of the memory is its own.
    case node(NodeShare, parts: [Int?])
  }

  private init(_ extent: Extent, seenBy communicator: Communicator) {
    self.extent = extent
    ownRank = communicator.rank
    allocator = if case .node(let share, _) = extent { Allocator(share.arena) } else { .hugePages }
  }

  /// Finds the memory that the ranks of a communicator share; collective, the first time for each communicator.
  ///
  /// Where there is none to be shared, no rank is reached, which is no error: ranks that could have shared it say so once
  /// on standard error. The same ranks get the same memory, however many communicators they form.
  ///
  /// - Throws: `MPIError` if the ranks cannot agree.
  package static func joined(by communicator: Communicator) throws(MPIError) -> NodeMemory {
    if let known = communicator.finding as? NodeMemory { return known }
    let memory = NodeMemory(try extent(for: communicator), seenBy: communicator)
    communicator.finding = memory
    return memory
  }

  private static func extent(for communicator: Communicator) throws(MPIError) -> Extent {
    if communicator.isWithinProcess { return .process }
    if communicator.isSilent || communicator.size == 1 { return .none("one rank") }
    let node = try communicator.splitBySharedMemory()
    guard node.size > 1 else { return .none("one rank on this node") }
    var rendezvous = try NodeRendezvous(of: node, rank: communicator.rank)
    try rendezvous.findShare()
    guard let share = rendezvous.share else { return .none(rendezvous.reason) }
    var parts = [Int?](repeating: nil, count: communicator.size)
    for process in rendezvous.processes {
      parts[Int(process.rank)] = share.members.firstIndex(of: process.token)
    }
    return .node(share, parts: parts)
  }

  /// Whether a rank of the communicator maps this memory; this rank itself does if any memory is shared.
  package func reaches(rank: Int) -> Bool {
    switch extent {
    case .process: true
    case .none: false
    case .node(_, let parts): parts[rank] != nil
    }
  }

  /// Where an address lies in the shared memory, the same number in every rank; `nil` if not all bytes lie within.
  package func location(of address: UnsafeRawPointer, byteCount: Int) -> Int? {
    switch extent {
    case .process: Int(bitPattern: address)
    case .none: nil
    case .node(let share, _): unsafe share.arena.location(of: address, byteCount: byteCount)
    }
  }

  /// The address, in this process, of a place of any rank's shared memory.
  package func address(at location: Int) -> UnsafeMutableRawPointer {
    if case .node(let share, _) = extent { return unsafe share.arena.address(at: location) }
    guard case .process = extent, let address = unsafe UnsafeMutableRawPointer(bitPattern: location) else {
      fatalError("NodeMemory: there is no shared memory at \(location)")
    }
    return unsafe address
  }

  /// Whether a rank's process has ended; `false` also where that cannot be seen.
  ///
  /// - Complexity: A system call or two.
  package func hasEnded(rank: Int) -> Bool {
    guard case .node(let share, let parts) = extent, rank != ownRank, let part = parts[rank] else {
      return false
    }
    return share.hasEnded(member: part)
  }
}

extension NodeMemory: CustomStringConvertible {
  /// Which memory and which pages were got, in a line; found out anew each time.
  package var description: String {
    switch extent {
    case .process: "memory of one process"
    case .none(let reason): "no shared memory: \(reason)"
    case .node(let share, _): share.description
    }
  }
}
