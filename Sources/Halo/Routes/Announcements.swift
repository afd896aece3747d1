import MPI

/// The numbers that a rank tells its peers of single messages before these are first sent, and expects to be told.
struct Announcements {
  /// Where the numbers of one announcement lie among those of all.
  private struct Part {
    let peer: Int
    let tag: Int
    let words: Range<Int>
    let exchange: Int

    var firstByte: Int { words.lowerBound * MemoryLayout<Int>.stride }
    var byteCount: Int { words.count * MemoryLayout<Int>.stride }
  }

  private let communicator: Communicator
  private let firstTag: Int
  private var outgoing: [Int] = []
  private var sends: [Part] = []
  private var receives: [Part] = []
  private var incomingCount = 0

  /// - Parameter tag: That of the program's messages of the first phase.
  init(over communicator: Communicator, tag: Int) {
    self.communicator = communicator
    firstTag = PlanTag.announcement + tag
  }

  /// Adds an announcement to a rank.
  mutating func say(_ words: [Int], to peer: Int, phase: Int) {
    let start = outgoing.count
    outgoing += words
    sends.append(Part(peer: peer, tag: firstTag + phase, words: start..<outgoing.count, exchange: -1))
  }

  /// Waits later for an announcement of so many numbers.
  mutating func expect(count: Int, from peer: Int, phase: Int, for exchange: Int) {
    let words = incomingCount..<incomingCount + count
    receives.append(Part(peer: peer, tag: firstTag + phase, words: words, exchange: exchange))
    incomingCount = words.upperBound
  }

  /// Sends and receives them all.
  ///
  /// - Returns: Those that came, each with the exchange that it is for.
  func exchange() throws(HaloError) -> [(exchange: Int, words: ArraySlice<Int>)] {
    var incoming = Array(repeating: 0, count: incomingCount)
    try HaloError.rethrow { () throws(MPIError) in
      var into = incoming.mutableSpan
      let from = outgoing.span
      try unsafe into.withUnsafeMutableBytes { (into) throws(MPIError) in
        try unsafe from.withUnsafeBytes { (from) throws(MPIError) in try unsafe swap(from, into) }
      }
    }
    return receives.map { ($0.exchange, incoming[$0.words]) }
  }

  private func swap(_ from: UnsafeRawBufferPointer, _ into: UnsafeMutableRawBufferPointer) throws(MPIError) {
    var requests = RequestSet(capacity: sends.count + receives.count, on: communicator)
    for part in receives {
      let start = unsafe into.baseAddress.map { unsafe $0 + part.firstByte }
      _ = try unsafe requests.addPersistentReceive(
        start, byteCount: part.byteCount, from: part.peer, tag: part.tag)
    }
    for part in sends {
      let start = unsafe from.baseAddress.map { unsafe $0 + part.firstByte }
      _ = try unsafe requests.addPersistentSend(
        start, byteCount: part.byteCount, to: part.peer, tag: part.tag)
    }
    try requests.startAll()
    try requests.waitAll()
  }
}
