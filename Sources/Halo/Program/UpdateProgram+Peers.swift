import MPI

extension UpdateProgram {
  /// Ends a wait for a rank whose process has ended, and lets MPI move on what this rank does not ask for.
  @inline(never)
  func checkPeers() throws(HaloError) {
    do throws(MPIError) { try communicator.letMessagesMoveOn() } catch { throw .mpi(error) }
    for index in lowered.exchanges.indices where isPending(index) {
      let peer = lowered.exchanges[index].peer
      if memory.hasEnded(rank: peer) { throw .rankEnded(peer, waiting: communicator.rank) }
    }
  }

  /// The peers whose messages have not come or not gone.
  var unfinishedPeers: [Int] {
    Set(lowered.exchanges.indices.filter(isPending).map { lowered.exchanges[$0].peer }).sorted()
  }

  /// What to throw when the peer of a message says that it will not finish this exchange.
  @inline(never)
  func givenUp(_ message: Int) -> HaloError {
    .onRank(
      lowered.exchanges[message].peer, message: "it has given up its exchange with rank \(communicator.rank)")
  }
}
