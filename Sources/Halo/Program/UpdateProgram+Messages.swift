extension UpdateProgram {
  /// Whether this rank sends something in a message, and MPI carries it.
  func isCarriedByMPI(_ index: Int) -> Bool {
    lowered.exchanges[index].sendByteCount > 0 && route(ofMessage: index).isCarriedByMPI
  }

  var messagesCarriedByMPI: Int { lowered.exchanges.indices.count { isCarriedByMPI($0) } }
}
