import MPI
import Memory
import Strided

/// The way between blocks of fields and arrays of the whole grid, through a bounded staging buffer.
///
/// Both ends cut what they exchange into the same chunks, so that neither a message nor the staging grows with the
/// arrays, and the root holds no block beside its result.
struct GlobalTransfer: ~Copyable {
  private let communicator: Communicator
  private let fields: [FieldStorage?]
  private let arrays: [FieldStorage?]
  private let pieces: (_ rank: Int) -> [GlobalPiece]
  private let staging: Allocation

  /// Bytes of a message, unless one element has more.
  private static let chunkByteCount = 1 << 20

  /// Agrees with all ranks that everything fits; collective.
  ///
  /// - Parameters:
  ///   - fields: The fields of this rank.
  ///   - arrays: The arrays of the whole grid, on a rank that has them.
  ///   - claims: What all ranks must have said alike.
  ///   - communicator: The ranks.
  ///   - failure: What this rank has found wrong on its own.
  ///   - pieces: What each rank sends or receives, in the order of its messages.
  /// - Throws: The same `HaloError` on every rank.
  init(
    _ fields: [FieldStorage?], _ arrays: [FieldStorage?], claims: PlanAgreement,
    over communicator: Communicator,
    failure: HaloError?, pieces: @escaping (_ rank: Int) -> [GlobalPiece]
  ) throws(HaloError) {
    let communicator = try HaloError.rethrow { () throws(MPIError) in try communicator.duplicate() }
    let largest = fields.compactMap { $0?.descriptor.dtype.size }.max() ?? 1
    var allocation: Allocation?
    var failure = failure
    do throws(AllocationError) {
      allocation = try Allocation(byteCount: max(Self.chunkByteCount, largest))
    } catch {
      failure = failure ?? .allocation(error)
    }
    if let field = (fields + arrays).lazy.compactMap({ $0 }).first(where: { $0.descriptor.device != nil }) {
      failure = failure ?? .onDevice(field, rank: communicator.rank, place: "a gather or a scatter")
    }
    try claims.settle(failure, over: communicator)
    guard let staging = allocation.take() else { fatalError("Halo: memory was neither had nor refused") }
    self.communicator = communicator
    self.fields = fields
    self.arrays = arrays
    self.pieces = pieces
    self.staging = staging
  }
}

// MARK: - Between all ranks and one

extension GlobalTransfer {
  /// Brings the pieces of all ranks to one.
  func gather(to root: Int) throws(HaloError) {
    try forEachChunk(from: communicator.rank == root ? nil : communicator.rank) {
      (rank, chunk) throws(MPIError) in
      if rank == communicator.rank { pack(chunk.own, of: fields[chunk.field]) }
      if rank != communicator.rank { try receive(chunk.byteCount, from: rank) }
      if root != communicator.rank { try send(chunk.byteCount, to: root) }
      if root == communicator.rank { unpack(chunk.global, of: arrays[chunk.array]) }
    }
  }

  /// Takes the pieces of all ranks from one.
  func scatter(from root: Int) throws(HaloError) {
    try forEachChunk(from: communicator.rank == root ? nil : communicator.rank) {
      (rank, chunk) throws(MPIError) in
      if root == communicator.rank { pack(chunk.global, of: arrays[chunk.array]) }
      if root != communicator.rank { try receive(chunk.byteCount, from: root) }
      if rank != communicator.rank { try send(chunk.byteCount, to: rank) }
      if rank == communicator.rank { unpack(chunk.own, of: fields[chunk.field]) }
    }
  }

  /// Brings the pieces of all ranks to all.
  func allGather() throws(HaloError) {
    try forEachChunk(from: nil) { (rank, chunk) throws(MPIError) in
      if rank == communicator.rank { pack(chunk.own, of: fields[chunk.field]) }
      try unsafe communicator.broadcast(bytes: staging.base, byteCount: chunk.byteCount, from: rank)
      unpack(chunk.global, of: arrays[chunk.array])
    }
  }

  private func send(_ byteCount: Int, to rank: Int) throws(MPIError) {
    try unsafe communicator.send(
      bytes: UnsafeRawPointer(staging.base), byteCount: byteCount, to: rank, tag: 0)
  }

  private func receive(_ byteCount: Int, from rank: Int) throws(MPIError) {
    try unsafe communicator.receive(
      bytes: staging.base, byteCounts: byteCount...byteCount, from: rank, tag: 0)
  }
}

// MARK: - Chunks

extension GlobalTransfer {
  /// A part of a piece that fits the staging.
  private struct Chunk {
    let field, array: Int
    let own, global: [Range<Int>]
    let byteCount: Int
  }

  /// Visits the chunks of one rank, or of all ranks in order.
  private func forEachChunk(
    from only: Int?, _ body: (_ rank: Int, Chunk) throws(MPIError) -> Void
  ) throws(HaloError) {
    for rank in only.map({ $0..<$0 + 1 }) ?? 0..<communicator.size {
      for piece in pieces(rank) {
        guard let size = fields[piece.field]?.descriptor.dtype.size else { continue }
        for own in piece.own.chunks(ofAtMost: staging.byteCount / size) {
          let lead = piece.global.count - piece.own.count
          let global = piece.global.indices.map { axis -> Range<Int> in
            guard axis >= lead else { return piece.global[axis] }
            let range = own[axis - lead]
            return range.shifted(by: piece.global[axis].lowerBound - piece.own[axis - lead].lowerBound)
          }
          let chunk = Chunk(
            field: piece.field, array: piece.array, own: own, global: global,
            byteCount: own.reduce(size) { $0 * $1.count })
          try HaloError.rethrow { () throws(MPIError) in try body(rank, chunk) }
        }
      }
    }
  }

  private func pack(_ box: [Range<Int>], of field: FieldStorage?) {
    guard let field else { return }
    let copy = StridedCopy.pack(field.descriptor.layout(of: box))
    unsafe copy.execute(from: UnsafeRawPointer(field.origin), to: staging.base)
  }

  private func unpack(_ box: [Range<Int>], of field: FieldStorage?) {
    guard let field else { return }
    let copy = StridedCopy.unpack(field.descriptor.layout(of: box))
    unsafe copy.execute(from: UnsafeRawPointer(staging.base), to: field.origin)
  }
}

extension [Range<Int>] {
  /// The box cut along its first axes into boxes of at most so many points, in C order; none if it is empty.
  func chunks(ofAtMost limit: Int) -> [[Range<Int>]] {
    guard !contains(where: \.isEmpty) else { return [] }
    guard let first, reduce(1, { $0 * $1.count }) > limit else { return [self] }
    let rest = Array(dropFirst())
    let layer = rest.reduce(1) { $0 * $1.count }
    let thickness = Swift.max(1, limit / layer)
    return stride(from: first.lowerBound, to: first.upperBound, by: thickness).flatMap { lower in
      let range = lower..<Swift.min(lower + thickness, first.upperBound)
      return range.count > 1 || layer <= limit
        ? [[range] + rest] : rest.chunks(ofAtMost: limit).map { [range] + $0 }
    }
  }
}
