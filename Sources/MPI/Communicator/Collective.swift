internal import CMPI

/// A collective call over bytes: what all ranks must say alike.
enum Collective {
  case barrier
  case broadcast(root: Int32, count: Int32)
  case gather(root: Int32, count: Int32)
  case allGather(count: Int32)
  case scatter(root: Int32, count: Int32)
  /// Blocks of bytes of the ranks, on rank `root` or on all.
  case gatherBlocks(root: Int32?, Blocks)
  /// Elements in place, for rank `root` or for all.
  case reduce(root: Int32?, Reduction, ReductionType, count: Int32)
  /// Which part of the communicator the rank is in, and its place there; each rank may say another.
  case split(color: Int32?, key: Int32)

  /// Where each rank's bytes lie among those of all.
  struct Blocks: Equatable {
    var counts: [Int32]
    var offsets: [Int32]
    var total: Int
  }

  /// MPI's function for it.
  var function: StaticString {
    switch self {
    case .barrier: "MPI_Ibarrier"
    case .broadcast: "MPI_Ibcast"
    case .gather: "MPI_Igather"
    case .allGather: "MPI_Iallgather"
    case .scatter: "MPI_Iscatter"
    case .gatherBlocks(let root, _): root == nil ? "MPI_Iallgatherv" : "MPI_Igatherv"
    case .reduce(let root, _, _, _): root == nil ? "MPI_Iallreduce" : "MPI_Ireduce"
    case .split: "MPI_Comm_split"
    }
  }
}

extension Collective: CustomStringConvertible {
  /// The call and what must be the same on all ranks.
  var description: String {
    switch self {
    case .barrier, .split: "\(function)"
    case .broadcast(let root, let count), .gather(let root, let count), .scatter(let root, let count):
      "\(function) of \(count) bytes with root \(root)"
    case .allGather(let count): "\(function) of \(count) bytes"
    case .gatherBlocks(let root, let blocks):
      "\(function) of \(blocks.total) bytes" + (root.map { " with root \($0)" } ?? "")
    case .reduce(let root, let reduction, let type, let count):
      "\(function) (\(reduction) of \(count) elements of type \(type))"
        + (root.map { " with root \($0)" } ?? "")
    }
  }

  /// Whether `other` is what the same call is on another rank.
  func isSameCall(as other: Collective) -> Bool {
    switch (self, other) {
    case (.barrier, .barrier), (.split, .split): true
    case (.broadcast(let a, let b), .broadcast(let c, let d)): (a, b) == (c, d)
    case (.gather(let a, let b), .gather(let c, let d)): (a, b) == (c, d)
    case (.allGather(let a), .allGather(let b)): a == b
    case (.scatter(let a, let b), .scatter(let c, let d)): (a, b) == (c, d)
    case (.gatherBlocks(let a, let b), .gatherBlocks(let c, let d)): (a, b) == (c, d)
    case (.reduce(let a, let b, let c, let d), .reduce(let e, let f, let g, let h)):
      (a, b, c, d) == (e, f, g, h)
    default: false
    }
  }
}

extension Communicator {
  /// Starts a collective call of MPI.
  func start(
    _ collective: Collective, from source: UnsafeRawPointer?, into destination: UnsafeMutableRawPointer?,
    _ request: inout CMPI_Request
  ) -> Int32 {
    switch collective {
    case .barrier: unsafe CMPI_Ibarrier(handle, &request)
    case .broadcast(let root, let count):
      unsafe CMPI_Ibcast(destination, count, CMPI_BYTE(), root, handle, &request)
    case .gather(let root, let count):
      unsafe CMPI_Igather(source, count, CMPI_BYTE(), destination, root, handle, &request)
    case .allGather(let count):
      unsafe CMPI_Iallgather(source, count, CMPI_BYTE(), destination, handle, &request)
    case .scatter(let root, let count):
      unsafe CMPI_Iscatter(source, count, CMPI_BYTE(), destination, root, handle, &request)
    case .gatherBlocks(let root?, let blocks):
      unsafe CMPI_Igatherv(
        source, blocks.counts[rank], CMPI_BYTE(), destination, blocks.counts, blocks.offsets, root, handle,
        &request)
    case .gatherBlocks(nil, let blocks):
      unsafe CMPI_Iallgatherv(
        source, blocks.counts[rank], CMPI_BYTE(), destination, blocks.counts, blocks.offsets, handle,
        &request)
    case .reduce(let root?, let reduction, let type, let count):
      unsafe CMPI_Ireduce_in_place(
        destination, count, type.datatype, reduction.operation, root, rank == root ? 1 : 0, handle, &request)
    case .reduce(nil, let reduction, let type, let count):
      unsafe CMPI_Iallreduce_in_place(
        destination, count, type.datatype, reduction.operation, handle, &request)
    case .split: fatalError("a communicator is split by another call")
    }
  }
}
