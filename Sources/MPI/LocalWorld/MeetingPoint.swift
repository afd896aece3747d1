internal import Synchronization

/// Where the ranks of a communicator meet for collective calls: the last to come does the work of all.
@safe
final class MeetingPoint: @unchecked Sendable {
  /// What one rank has come for.
  @safe
  private struct Arrival {
    let collective: Collective
    let memory: CollectiveMemory
  }

  private let lock = Lock()
  private let bells: [Doorbell]
  private let meetings = Atomic<UInt64>(0)
  private var arrivals: [Arrival?]
  private var present = 0
  /// Of each rank, its part of the communicator that was split last.
  private var parts: [(group: LocalGroup, rank: Int)?]
  private var problem: String?

  init(bells: [Doorbell]) {
    self.bells = bells
    arrivals = Array(repeating: nil, count: bells.count)
    parts = Array(repeating: nil, count: bells.count)
  }

  /// Comes for a call; its number, for the other functions here.
  func join(
    _ rank: Int, _ collective: Collective, _ memory: CollectiveMemory, in group: LocalGroup
  ) -> UInt64 {
    let (meeting, isLast) = lock.withLock { () -> (UInt64, Bool) in
      let meeting = meetings.load(ordering: .relaxed)
      unsafe arrivals[rank] = Arrival(collective: collective, memory: memory)
      present += 1
      let isLast = present == arrivals.count
      if isLast { meet(in: group) }
      return (meeting, isLast)
    }
    if isLast { for other in bells.indices where other != rank { bells[other].ring() } }
    return meeting
  }

  func hasMet(_ meeting: UInt64) -> Bool { meetings.load(ordering: .acquiring) != meeting }

  /// Goes away again, if not all have met.
  func leave(_ rank: Int, _ meeting: UInt64) -> Bool {
    lock.withLock {
      guard !hasMet(meeting) else { return false }
      arrivals[rank] = nil
      present -= 1
      return true
    }
  }

  /// What the ranks of the last meeting did not agree on; for one that was there, until it joins the next.
  var disagreement: String? { lock.withLock { problem } }

  /// The part that a rank got at the last meeting.
  func takePart(of rank: Int) -> (LocalGroup, Int)? { lock.withLock { parts[rank].take() } }

  private func meet(in group: LocalGroup) {
    problem = difference
    if problem == nil, let first = arrivals[0]?.collective {
      if case .split = first { split(group) } else { perform(first) }
    }
    for rank in arrivals.indices { arrivals[rank] = nil }
    present = 0
    meetings.add(1, ordering: .releasing)
  }

  private func perform(_ collective: Collective) {
    unsafe collective.perform(over: arrivals.count, for: arrivals.indices) { rank in
      unsafe arrivals[rank]?.memory ?? CollectiveMemory()
    }
  }

  /// The first rank that came for another call than rank 0.
  private var difference: String? {
    guard let first = arrivals[0]?.collective else { return nil }
    for rank in arrivals.indices {
      guard let other = arrivals[rank]?.collective, !other.isSameCall(as: first) else { continue }
      return
        "rank 0 called \(first) and rank \(rank) \(other): all ranks must make the same collective calls "
        + "in the same order"
    }
    return nil
  }

  private func split(_ group: LocalGroup) {
    var ranks: [Int32: [(key: Int32, rank: Int)]] = [:]
    for rank in arrivals.indices {
      guard case .split(let color?, let key) = arrivals[rank]?.collective else { continue }
      ranks[color, default: []].append((key, rank))
    }
    for part in ranks.values {
      let ordered = part.sorted { $0 < $1 }.map(\.rank)
      let new = LocalGroup(of: ordered.map { group.members[$0] }, in: group.run)
      for (place, rank) in ordered.enumerated() { parts[rank] = (new, place) }
    }
  }
}
