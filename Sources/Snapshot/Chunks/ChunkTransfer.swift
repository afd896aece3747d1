import Halo

/// Moves one array between the ranks' blocks and its chunks, through the memory of one chunk a rank.
struct ChunkTransfer {
  let array: WholeArray
  /// The stored array, which may have axes in front of `array`'s, of which `lead` tells the index.
  let metadata: ArrayMetadata
  let lead: [Int]
  let communicator: Communicator
  let memory: ChunkMemory
  private let plan: ChunkPlan

  /// - Parameters:
  ///   - array: The fields of all ranks as one array.
  ///   - metadata: The stored array.
  ///   - lead: The index along the axes that the stored array has in front.
  ///   - share: `.owned` to gather, `.held` to scatter.
  ///   - memory: Room for a chunk, which is taken here already.
  init(
    of array: WholeArray, as metadata: ArrayMetadata, lead: [Int], _ share: GlobalShare,
    over communicator: Communicator, through memory: ChunkMemory
  ) throws(Problem) {
    (self.array, self.metadata, self.lead) = (array, metadata, lead)
    (self.communicator, self.memory) = (communicator, memory)
    plan = ChunkPlan(
      of: array, chunkShape: Array(metadata.chunkShape.dropFirst(lead.count)), share,
      rank: communicator.rank, of: communicator.size)
    if !plan.chunks.isEmpty { _ = try unsafe memory.room(for: metadata.chunkByteCount) }
  }

  /// How many chunks this rank writes or reads.
  var chunkCount: Int { plan.chunks.count }

  /// What is to be done with a chunk: its index in the stored array, and its memory.
  typealias Body = (_ index: [Int], _ chunk: UnsafeMutableRawBufferPointer) throws(Problem) -> Void

  private func index(of chunk: ChunkPlan.Chunk) -> [Int] {
    zip(lead, metadata.chunkShape).map { $0 / $1 } + chunk.index
  }

  /// Where a box lies in a chunk, without the axes that no field has.
  private func layout(of part: ChunkPlan.Part, in chunk: ChunkLayout) -> Layout {
    chunk.layout(
      of: lead.map { $0..<$0 + 1 } + part.box,
      dropping: lead.count + part.piece.global.count - part.piece.own.count)
  }

  /// Puts the chunks of this rank together, one after the other, from what all ranks own of them.
  ///
  /// A chunk that `body` throws at is the last that it gets; the messages of the others are received all the same.
  ///
  /// - Returns: What `body` threw.
  func gather(_ body: Body) throws(MPIError) -> Problem? {
    var sends = try start(plan.foreign) { (sends, part) throws(MPIError) in
      let start = unsafe UnsafeRawPointer(array.origin(of: part.piece))
      let datatype = try Datatype(array.layout(of: part.piece, in: part.box))
      return try unsafe sends.addPersistentSend(start, as: datatype, to: part.rank, tag: 0)
    }
    var problem: Problem?
    for chunk in plan.chunks {
      let room = unsafe room
      let layout = ChunkLayout(of: metadata, index: index(of: chunk))
      let byteCount = chunk.box.reduce(layout.itemSize) { $0 * $1.count }
      if byteCount < metadata.chunkByteCount { unsafe metadata.fillValue.fill(room) }
      try unsafe receive(chunk, layout, into: room)
      guard problem == nil else { continue }
      do throws(Problem) { try unsafe body(index(of: chunk), room) } catch { problem = error }
    }
    try sends.waitAll()
    return problem
  }

  /// Hands out the chunks of this rank, one after the other, to all that hold points of them.
  ///
  /// - Returns: What `body` threw; fields then hold anything.
  func scatter(_ body: Body) throws(MPIError) -> Problem? {
    var receives = try start(plan.foreign) { (receives, part) throws(MPIError) in
      let datatype = try Datatype(array.layout(of: part.piece, in: part.box))
      return try unsafe receives.addPersistentReceive(
        array.origin(of: part.piece), as: datatype, from: part.rank, tag: 0)
    }
    var problem: Problem?
    for chunk in plan.chunks {
      let room = unsafe room
      if problem == nil {
        do throws(Problem) { try unsafe body(index(of: chunk), room) } catch { problem = error }
      }
      // What other ranks wait for is sent though it may be nothing.
      if problem != nil { unsafe room.initializeMemory(as: UInt8.self, repeating: 0) }
      try unsafe send(chunk, ChunkLayout(of: metadata, index: index(of: chunk)), from: room)
    }
    try receives.waitAll()
    return problem
  }

  /// Starts the messages of parts, one for each that is not of this rank alone.
  private func start(
    _ parts: [ChunkPlan.Part], adding add: (inout RequestSet, ChunkPlan.Part) throws(MPIError) -> Int
  ) throws(MPIError) -> RequestSet {
    let parts = parts.filter { $0.rank != communicator.rank }
    var requests = RequestSet(capacity: max(1, parts.count), on: communicator)
    for part in parts { _ = try add(&requests, part) }
    try requests.startAll()
    return requests
  }

  /// The memory of a chunk, which was there when this was made.
  private var room: UnsafeMutableRawBufferPointer {
    do {
      return try unsafe memory.room(for: metadata.chunkByteCount)
    } catch {
      fatalError("Snapshot: \(error.reason)")
    }
  }

  private func receive(
    _ chunk: ChunkPlan.Chunk, _ layout: ChunkLayout, into room: UnsafeMutableRawBufferPointer
  ) throws(MPIError) {
    guard let start = room.baseAddress else { return }
    var receives = try self.start(chunk.parts) { (receives, part) throws(MPIError) in
      let datatype = try Datatype(self.layout(of: part, in: layout))
      return try unsafe receives.addPersistentReceive(start, as: datatype, from: part.rank, tag: 0)
    }
    for part in chunk.parts where part.rank == communicator.rank {
      let copy = StridedCopy(
        from: array.layout(of: part.piece, in: part.box), to: self.layout(of: part, in: layout))
      unsafe copy.execute(from: UnsafeRawPointer(array.origin(of: part.piece)), to: start)
    }
    try receives.waitAll()
  }

  private func send(
    _ chunk: ChunkPlan.Chunk, _ layout: ChunkLayout, from room: UnsafeMutableRawBufferPointer
  ) throws(MPIError) {
    guard let start = room.baseAddress else { return }
    var sends = try self.start(chunk.parts) { (sends, part) throws(MPIError) in
      let datatype = try Datatype(self.layout(of: part, in: layout))
      return try unsafe sends.addPersistentSend(
        UnsafeRawPointer(start), as: datatype, to: part.rank, tag: 0)
    }
    for part in chunk.parts where part.rank == communicator.rank {
      let copy = StridedCopy(
        from: self.layout(of: part, in: layout), to: array.layout(of: part.piece, in: part.box))
      unsafe copy.execute(from: UnsafeRawPointer(start), to: array.origin(of: part.piece))
    }
    try sends.waitAll()
  }
}
