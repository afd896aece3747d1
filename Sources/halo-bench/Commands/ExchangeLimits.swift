import ArgumentParser
import Halo

/// Whether an exchange can be made as the command line asks for it.
struct ExchangeLimits {
  /// The block that each rank has of one field.
  let block: FieldLimits
  let fields: Int
  /// Ranks along each axis, if they are given.
  let processGrid: PerAxis?
  /// Whether each field is there a second time, to copy from.
  let needsTwin: Bool

  /// Throws in one line what no number of ranks can mend, with the option that is to change.
  func checkBlocks() throws {
    guard fields >= 1 else { throw ValidationError("--fields \(fields): give 1 or more") }
    let bytes = try bytesOfAllFields()
    guard bytes < FieldLimits.machineBytes / 2 else { throw block.tooLarge(bytes) }
    for axis in processGrid?.indices ?? 0..<0 { try checkGlobalExtent(axis) }
  }

  /// Ranks along each axis; collective.
  ///
  /// Throws in one line, on all ranks, what does not fit the ranks that there are.
  func processGrid(over world: Communicator) throws -> PerAxis {
    let grid = processGrid ?? [world.size, 1, 1]
    let ranks = grid.reduce((1, false)) { product, factor in
      let (value, overflow) = product.0.multipliedReportingOverflow(by: factor)
      return (value, product.1 || overflow)
    }
    guard ranks == (world.size, false) else {
      let found = ranks.1 ? "more ranks than can be counted" : "a grid of \(ranks.0) ranks"
      throw ValidationError(
        "--process-grid \(Extents(grid)): \(found), and \(world.size) run: start as many with mpirun -n")
    }
    try checkMemory(of: world)
    return grid
  }

  private func checkGlobalExtent(_ axis: Int) throws {
    let (grid, local) = (processGrid ?? [], block.shape)
    guard grid[axis] >= 1 else {
      throw ValidationError("--process-grid: axis \(axis) has \(grid[axis]) ranks; give 1 or more")
    }
    guard !grid[axis].multipliedReportingOverflow(by: local[axis]).overflow else {
      throw ValidationError("--process-grid: the cells along axis \(axis) cannot be counted")
    }
  }

  private func bytesOfAllFields() throws -> Int {
    let (single, tooMany) = try block.fieldBytes().multipliedReportingOverflow(by: fields)
    let (bytes, overflow) = single.multipliedReportingOverflow(by: needsTwin ? 2 : 1)
    guard !tooMany, !overflow else {
      throw ValidationError("--fields \(fields): the bytes of so many fields cannot be counted")
    }
    return bytes
  }

  /// The fields of all ranks of a machine must fit into half of its memory.
  private func checkMemory(of world: Communicator) throws {
    let ranksHere = try world.splitBySharedMemory().size
    let bytes = try bytesOfAllFields()
    let fits = bytes < FieldLimits.machineBytes / 2 / ranksHere
    guard try world.allReduce(fits ? 1 : 0, .min) == 1 else {
      throw ValidationError(
        "--local: needs \(bytes) bytes a rank for fields, and \(ranksHere) ranks share the "
          + "\(FieldLimits.machineBytes) bytes of this machine")
    }
  }
}
