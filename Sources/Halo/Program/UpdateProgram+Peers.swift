import MPI

extension UpdateProgram {
  /// Whether a wait has looked in vain so often that it is worth asking what has become of its peers.
  @inline(__always)
  func isTimeToCheckPeers(after looks: Int) -> Bool {
    // From when it sleeps between looks, each may be the last for long.
    if let enough = looksBeforeSleep { looks >= enough } else { looks & 1023 == 0 }
  }

  /// Ends a wait for a rank that has given up or whose process has ended, and lets MPI move on what this rank does not
  /// ask for.
  @inline(never)
  func checkPeers() throws(HaloError) {
    let notice = try HaloError.rethrow { () throws(MPIError) in
      try communicator.probeNow(from: nil, tag: PlanTag.givingUp)
    }
    if let notice { throw givenUp(by: notice.source) }
    for index in lowered.exchanges.indices where isPending(index) {
      let peer = lowered.exchanges[index].peer
      if memory.hasEnded(rank: peer) { throw .rankEnded(peer, waiting: communicator.rank) }
    }
  }

  /// The peers whose messages have not come or not gone.
  var unfinishedPeers: [Int] {
    Set(lowered.exchanges.indices.filter(isPending).map { lowered.exchanges[$0].peer }).sorted()
  }

  /// What to throw when a peer says that it will not finish this exchange.
  @inline(never)
  func givenUp(by peer: Int) -> HaloError {
    .onRank(peer, message: "it has given up its exchange with rank \(communicator.rank)")
  }
}
