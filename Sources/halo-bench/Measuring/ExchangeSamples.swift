import Halo

/// The seconds of each update and of its phases.
struct ExchangeSamples {
  /// The phases that the plan times.
  let phases: [String]

  private(set) var update: [Double] = []
  private(set) var byPhase: [[Double]]
  /// What the plan takes beside its phases.
  private(set) var beside: [Double] = []

  init(onDevice isOnDevice: Bool) {
    phases = isOnDevice ? ["pack", "send", "wait"] : ["pack", "send", "wrap", "wait", "unpack"]
    byPhase = phases.map { _ in [] }
  }

  mutating func add(update seconds: Double) { update.append(seconds) }

  /// Adds the phases of one update, and what is left of the time that it took.
  mutating func add(phases times: [String: Double], of seconds: Double) {
    var rest = seconds
    for (index, name) in phases.enumerated() {
      let phase = times[name] ?? 0
      byPhase[index].append(phase)
      rest -= phase
    }
    beside.append(rest)
  }

  /// Replaces this rank's seconds by those of the slowest rank, for each update and phase; collective.
  mutating func takeSlowest(over world: Communicator) throws {
    try world.takeSlowest(&update)
    try world.takeSlowest(&beside)
    for index in byPhase.indices { try world.takeSlowest(&byPhase[index]) }
  }
}

extension Communicator {
  /// Replaces this rank's seconds by those of the slowest rank, each of them; collective.
  func takeSlowest(_ seconds: inout [Double]) throws {
    var span = seconds.mutableSpan
    try allReduce(&span, .max)
  }
}
