internal import Glibc
internal import Memory
internal import Synchronization

/// Memory that a set of processes shares, for as long as they live.
final class NodeShare: Sendable {
  /// What it is allocated from.
  let arena: NodeArena
  /// The tokens of the processes, in the order of their parts.
  let members: [UInt64]
  /// How it came to be shared.
  let way: SharingWay
  /// For each process, how to find out that it has ended.
  private let pulses: [Pulse]

  /// How the life of a process can be seen from another one.
  enum Pulse: Sendable {
    /// It cannot.
    case hidden
    /// It holds a place of a file.
    case place(Int, of: SharedFile)
    /// A descriptor stands for it.
    case process(ProcessHandle)
  }

  init(arena: NodeArena, members: [UInt64], way: SharingWay, pulses: [Pulse]) {
    self.arena = arena
    self.members = members
    self.way = way
    self.pulses = pulses
  }

  /// Whether the process of a part has ended.
  func hasEnded(member: Int) -> Bool {
    switch pulses[member] {
    case .hidden: false
    case .place(let place, let file): !file.isHeld(place: place)
    case .process(let handle): handle.hasEnded
    }
  }
}

// MARK: - Those of this process

extension NodeShare {
  private struct Known {
    var shares: [NodeShare] = []
    var refused: [SharingWay: [[UInt64]: String]] = [:]
    var reported: Set<[UInt64]> = []
  }

  // Never given back: fields may outlive every grid and communicator.
  private static let known = Mutex(Known())

  /// The oldest memory that all of some processes share; the same in each of them.
  static func covering(_ members: [UInt64]) -> NodeShare? {
    known.withLock { known in known.shares.first { Set($0.members).isSuperset(of: members) } }
  }

  /// Why a way was refused to processes that have tried it; `nil` if they have not, or not in vain.
  static func refusal(of way: SharingWay, to members: [UInt64]) -> String? {
    known.withLock { $0.refused[way]?[members] }
  }

  /// Keeps a share.
  static func keep(_ share: NodeShare) {
    known.withLock { $0.shares.append(share) }
  }

  /// Remembers that processes need not try a way again.
  static func refuse(_ way: SharingWay, to members: [UInt64], because reason: String) {
    known.withLock { $0.refused[way, default: [:]][members] = reason }
  }

  /// Whether this is the first time that something is to be said of a set of processes.
  static func isFirstReport(of members: [UInt64]) -> Bool {
    known.withLock { $0.reported.insert(members).inserted }
  }
}
