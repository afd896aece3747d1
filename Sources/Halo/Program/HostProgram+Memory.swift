import Strided

// Messages by way of memory that both ranks reach.
extension HostProgram {
  /// Offers what a message is made of to the peer that reaches this rank's memory.
  func offer(_ index: Int) {
    guard let flags = messages[index].outgoing else { return }
    let offersCells = messages[index].route == .window && offerFields(of: index, flags)
    if !offersCells { pack(index) }
    flags.publish(offersCells ? .cells : .message, for: messages[index].number)
    communicator.wake(messages[index].peer)
    messages[index].isUntaken = true
    untakenInMemory += 1
  }

  /// Says where the fields of a message lie; `false` if the peer cannot copy their cells there.
  private func offerFields(of index: Int, _ flags: WindowFlags) -> Bool {
    guard messages[index].offersCells else { return false }
    let fields = messages[index].offeredFields
    for place in fields {
      let field = origins[offered: offeredFields[place]]
      if field.location < 0 { return false }
      flags.offer(field, at: place - fields.lowerBound)
    }
    return true
  }

  /// Looks which messages have come in memory and which have been taken there; whether any has.
  func lookIntoMemory() throws(HaloError) -> Bool {
    var found = false
    for index in 0..<messages.count {
      if messages[index].isAwaited, let flags = messages[index].incoming {
        switch flags.look(for: messages[index].number) {
        case .nothingYet: break
        case .withdrawal: throw givenUp(by: messages[index].peer)
        case .offer:
          messages[index].isAwaited = false
          awaitedInMemory -= 1
          found = true
          try arrive(index)
        }
      }
      if messages[index].isUntaken, let flags = messages[index].outgoing {
        switch flags.answer(for: messages[index].number) {
        case .none: break
        case .refused: throw givenUp(by: messages[index].peer)
        case .taken:
          messages[index].isUntaken = false
          untakenInMemory -= 1
          found = true
        }
      }
    }
    return found
  }

  /// Copies, or combines, a message that a peer offers in memory.
  func take(_ index: Int) throws(HaloError) {
    guard let flags = messages[index].incoming else { return }
    if case .offer(.cells) = flags.look(for: messages[index].number) {
      try takeCells(index, flags)
    } else if let message = unsafe messages[index].incomingBase {
      unsafe unpack(index, from: message)
    }
    guard flags.take(for: messages[index].number) else { throw givenUp(by: messages[index].peer) }
    communicator.wake(messages[index].peer)
  }

  private func takeCells(_ index: Int, _ flags: WindowFlags) throws(HaloError) {
    let ranges = messages[index].fetched
    for part in ranges.fetches {
      let source = try unsafe origin(ofOffered: fetches[part].place, flags, as: fetches[part].source, index)
      unsafe fetches[part].copy.execute(from: source, to: origins[fetches[part].field])
    }
    for part in ranges.passes {
      let place = unsafe origins[fetchedPasses[part].destination]
      unsafe fetchedPasses[part].pass.execute(from: UnsafeRawPointer(place), to: place)
    }
    for part in ranges.combines {
      let field = fetchedCombines[part].field
      let source = try unsafe origin(
        ofOffered: fetchedCombines[part].place, flags, as: fetchedCombines[part].source, index)
      unsafe fetchedCombines[part].pass.execute(from: source, to: origins[field])
    }
  }

  /// The first owned point of a field that a peer offers, which has to be the one that this rank has in the same place:
  /// what fills a component of a vector may be the other component of the peer's.
  @inline(__always)
  private func origin(
    ofOffered place: Int, _ flags: WindowFlags, as field: Int, _ index: Int
  ) throws(HaloError) -> UnsafeRawPointer {
    let offered = flags.field(at: place)
    if offered.number != origins[offered: field].number { throw turnMismatch(offered, field, index) }
    return unsafe UnsafeRawPointer(memory.address(at: offered.location))
  }

  /// Tells all peers that this exchange will not end, and that what is offered to them may change from now on.
  func giveUpInMemory() {
    for index in 0..<messages.count {
      if messages[index].sendsThroughMemory { messages[index].outgoing?.withdraw() }
      if messages[index].receivesThroughMemory { messages[index].incoming?.refuse() }
      communicator.wake(messages[index].peer)
    }
  }

  @inline(never)
  private func turnMismatch(_ offered: WindowFlags.OfferedField, _ field: Int, _ index: Int) -> HaloError {
    .fieldMismatch(
      FieldMismatch(
        rank: communicator.rank, peer: messages[index].peer, field: labels[field],
        property: "which of the fields that take turns", expected: "number \(offered.number)",
        found: "number \(origins[offered: field].number)",
        advice: "swap fields at the same steps on every rank"))
  }
}
