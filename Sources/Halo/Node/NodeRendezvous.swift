internal import MPI

/// How the ranks of one node find memory that they share: what each has got so far, and what it was refused.
///
/// Everything here is collective over the ranks of the node.
struct NodeRendezvous {
  /// The ranks that MPI says can share memory.
  private let node: Communicator
  /// They in the order of `node`.
  let processes: [SharingProcess]
  /// What this rank shares with others.
  private(set) var share: NodeShare?
  /// Which ways were refused, and why.
  private var refusals: [String] = []
  private var refused: [SharingProcess] = []

  /// Gathers what the ranks say of themselves.
  ///
  /// - Parameters:
  ///   - node: The ranks of a node.
  ///   - rank: This rank's number in the communicator that the node is a part of.
  init(of node: Communicator, rank: Int) throws(MPIError) {
    self.node = node
    processes = try node.allGather(SharingProcess(rank: rank, choice: .ofEnvironment))
  }

  private var own: SharingProcess { processes[node.rank] }

  /// Why nothing is shared.
  var reason: String {
    if own.choice == .off { return "\(SharedMemoryChoice.variable) is off" }
    return refusals.isEmpty ? "no other rank to share it with" : refusals.joined(separator: "; ")
  }

  /// Tries one way after the other until all ranks share memory with those that they can share it with.
  mutating func findShare() throws(MPIError) {
    for way in SharingWay.inOrder(for: processes) {
      let lacking = try node.allGather(share == nil && SharingWay.allCases.contains { $0.isOpen(to: own) })
      let groups = way.groups(of: processes.indices.filter { lacking[$0] }.map { processes[$0] })
      guard groups.contains(where: { $0.count > 1 }) else { continue }
      try go(way, in: groups.first { $0.contains { $0.token == own.token } } ?? [])
    }
    report()
  }

  /// Tries one way with the others of a group, which may be none.
  private mutating func go(_ way: SharingWay, in group: [SharingProcess]) throws(MPIError) {
    let members = group.map(\.token)
    var isMissing = false
    if group.count > 1 {
      share = NodeShare.covering(members)
      let refusal = NodeShare.refusal(of: way, to: members)
      if let refusal { refuse(refusal, to: group) }
      isMissing = share == nil && refusal == nil
    }
    guard try node.allReduce(isMissing, .logicalOr) else { return }
    let color = isMissing ? processes.firstIndex { $0.token == members[0] } : nil
    guard let part = try node.split(color: color, key: node.rank) else { return }
    switch try ShareSetUp(of: group, over: part).share(by: way) {
    case .success(let made):
      NodeShare.keep(made)
      share = made
    case .failure(let refusal):
      NodeShare.refuse(way, to: members, because: refusal.description)
      refuse(refusal.description, to: group)
    }
  }

  private mutating func refuse(_ reason: String, to group: [SharingProcess]) {
    refusals.append(reason)
    refused = group
  }

  /// Says once what of the node is not shared.
  private func report() {
    if share == nil, own.isFirst(of: refused), NodeShare.isFirstReport(of: refused.map(\.token)) {
      own.warn(
        "\(refused.count) ranks of this node cannot share memory (\(refusals.joined(separator: "; "))): "
          + "halos between them go in messages")
    }
    let groups =
      SharingWay.inOrder(for: processes).map { $0.groups(of: processes) }.first { !$0.isEmpty } ?? []
    if groups.count > 1, node.rank == 0, NodeShare.isFirstReport(of: processes.map(\.token)) {
      let counts = groups.map { "\($0.count)" }.joined(separator: ", ")
      own.warn(
        "the ranks of this node share memory in groups of \(counts), since they are in different containers: "
          + "halos between groups go in messages")
    }
  }
}
