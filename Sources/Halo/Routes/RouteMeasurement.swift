import MPI
import Memory
import Strided
import Timing

/// Finds out how long the messages between this rank and each of its peers take every way that they can go.
///
/// The fields of the plan are exchanged themselves, since time depends on where they lie; the cells that this fills get
/// back what they held. Each pair of ranks measures alone, in the order of a tournament in which everyone has one
/// opponent a round: the exclusive or of the two ranks is the round's number, so that nobody waits in a circle.
struct RouteMeasurement {
  private let program: HaloProgram
  private let communicator: Communicator
  /// Whether the fields may be touched now.
  private let isAllowed: Bool

  /// Nanoseconds for all that one rank measures for one plan.
  private static let budget = 40_000_000
  /// Of each route, twice.
  private static let mostRepetitions = 8
  private static let fewestRepetitions = 2
  private static let tag = 192

  /// - Parameter isAllowed: Whether no other exchange of the fields is in flight.
  init(_ program: HaloProgram, isAllowed: Bool) {
    self.program = program
    communicator = program.communicator
    self.isAllowed = isAllowed
  }

  /// Measures; collective among ranks that exchange messages.
  func choose(for routes: inout PlannedRoutes) throws(HaloError) {
    let peers = Set((0..<program.messages.count).map { program.messages[$0].peer })
      .sorted { $0 ^ communicator.rank < $1 ^ communicator.rank }
    guard !peers.isEmpty else { return }
    // Without memory to keep what the cells hold this rank does not measure, and tells its peers so.
    let cells = isAllowed ? FilledCells(program) : nil
    cells?.save()
    defer { cells?.restore() }
    for peer in peers {
      let known = RouteMemory.figures(of: program, with: peer)
      var state = [cells == nil ? 0.0 : 1.0, known == nil ? 0.0 : 1.0]
      try swapWorst(&state, with: peer) { min($0, $1) }
      guard state[0] > 0 else { continue }
      if let known, state[1] > 0 {
        // Both know boxes like their own, perhaps from plans with others at the other end: they must choose alike.
        var nanoseconds = known.map { Double($0.nanoseconds) }
        try swapWorst(&nanoseconds, with: peer, max)
        routes.choose(
          among: zip(known, nanoseconds).map { .init(route: $0.route, nanoseconds: Int($1)) }, for: peer)
        continue
      }
      let figures = try measure(with: peer, among: peers.count)
      RouteMemory.remember(figures, of: program, with: peer)
      routes.choose(among: figures, for: peer)
    }
  }

  /// How long each way takes the slower of the two ranks.
  private func measure(with peer: Int, among peerCount: Int) throws(HaloError) -> [PlannedRoutes.Figure] {
    let routes = candidates(for: peer)
    try take(.packed, to: peer)
    var first = [try nanoseconds(of: peer)]
    try swapWorst(&first, with: peer, max)
    let count = Double(Self.budget) / Double(2 * peerCount * routes.count) / max(first[0], 1) - 1
    var repetitions = [min(max(count, Double(Self.fewestRepetitions)), Double(Self.mostRepetitions))]
    try swapWorst(&repetitions, with: peer, min)
    var times: [[Double]] = routes.map { _ in [] }
    // There and back again, so that a machine that gets slower meanwhile slows all of them.
    for index in Array(routes.indices) + routes.indices.reversed() {
      try take(routes[index], to: peer)
      _ = try nanoseconds(of: peer)
      for _ in 0..<Int(repetitions[0]) { times[index].append(try nanoseconds(of: peer)) }
    }
    var medians = times.map { $0.sorted()[$0.count / 2] }
    try swapWorst(&medians, with: peer, max)
    return zip(routes, medians).map { .init(route: $0, nanoseconds: Int($1)) }
  }

  /// The ways that messages to a peer and from it can go; both ends find the same.
  private func candidates(for peer: Int) -> [HaloRoute] {
    HaloRoute.allCases.filter {
      $0 != .local && (!$0.usesSharedMemory || program.memory.reaches(rank: peer))
    }
  }

  private func take(_ route: HaloRoute, to peer: Int) throws(HaloError) {
    for index in 0..<program.messages.count where program.messages[index].peer == peer {
      program.setRoute(route, ofMessage: index)
    }
  }

  private func nanoseconds(of peer: Int) throws(HaloError) -> Double {
    let start = Timer.now
    try program.exchange(with: peer)
    return Double(Timer.now - start)
  }

  /// Makes numbers of this rank and of its peer the same, by taking one of each two.
  private func swapWorst(
    _ numbers: inout [Double], with peer: Int, _ pick: (Double, Double) -> Double
  ) throws(HaloError) {
    var theirs = numbers
    try HaloError.rethrow { () throws(MPIError) in
      var received = theirs.mutableSpan
      let sent = try communicator.startSend(numbers.span, to: peer, tag: Self.tag)
      try communicator.receive(into: &received, from: peer, tag: Self.tag)
      try sent.wait()
    }
    for index in numbers.indices { numbers[index] = pick(numbers[index], theirs[index]) }
  }
}
