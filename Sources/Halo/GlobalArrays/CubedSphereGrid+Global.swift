// Arrays of all six tiles on one rank or on all: to write to a file, to plot, to start from.

extension CubedSphereGrid {
  /// The extents of the array of all tiles that a field is a block of.
  ///
  /// Six tiles, and then the field's axes over a whole tile, a staggered one with a point more than cells.
  ///
  /// - Parameter field: A field on one of this rank's blocks.
  public func globalExtents<Element, let Rank: Int>(of field: borrowing Field<Element, Rank>) -> [Int] {
    globalExtents(of: field.storage.descriptor)
  }

  /// Brings the owned points of all fields of all blocks to one rank, into arrays that it has; collective.
  ///
  /// ```swift
  /// var whole: Field<Double, 3>?                                 // nil on all ranks but the root
  /// if world.rank == 0 { whole = try Field([6, 48, 48], halo: 0, repeating: 0) }
  /// try grid.gather(heights, into: &whole, at: 0)                // whole[tile, row, column]
  /// ```
  ///
  /// Of points that several blocks of a tile hold, the value of the block above is taken; the last row and column of a
  /// tile are its own.
  ///
  /// - Parameters:
  ///   - state: The fields of all blocks of this rank, as for a plan.
  ///   - arrays: A field on no grid for each field of a block, in the same order, with its dtype and the extents that
  ///     ``globalExtents(of:)`` tells; on other ranks than the root not looked at.
  ///   - root: The rank that wants the arrays.
  /// - Throws: The same `HaloError` on every rank if ranks disagree, a field is not one on this grid, an array does
  ///   not fit, or there is no such root.
  /// - Complexity: O(points) on the root, and 1 MiB of memory.
  public func gather<State: HaloState & ~Copyable, Arrays: HaloState & ~Copyable>(
    _ state: borrowing State, into arrays: inout Arrays, at root: Int
  ) throws(HaloError) {
    try transfer(state, arrays, .owned, root: root).gather(to: root)
  }

  /// Brings the owned points of all fields of all blocks to every rank; collective.
  ///
  /// As ``gather(_:into:at:)``, with arrays on every rank.
  public func allGather<State: HaloState & ~Copyable, Arrays: HaloState & ~Copyable>(
    _ state: borrowing State, into arrays: inout Arrays
  ) throws(HaloError) {
    try transfer(state, arrays, .owned, root: nil).allGather()
  }

  /// Takes the owned points of all fields of all blocks from arrays of all tiles on one rank; collective.
  ///
  /// Every block that holds a point gets its value. The halo stays as it was.
  ///
  /// - Parameters:
  ///   - arrays: As for ``gather(_:into:at:)``.
  ///   - state: The fields of all blocks of this rank, as for a plan.
  ///   - root: The rank that has the arrays.
  /// - Throws: As ``gather(_:into:at:)``.
  /// - Complexity: O(points) on the root, and 1 MiB of memory.
  public func scatter<Arrays: HaloState & ~Copyable, State: HaloState & ~Copyable>(
    _ arrays: borrowing Arrays, into state: inout State, from root: Int
  ) throws(HaloError) {
    try transfer(state, arrays, .held, root: root).scatter(from: root)
  }
}

// MARK: - The way

extension CubedSphereGrid {
  /// The extents of the array of all tiles for a field like this one.
  func globalExtents(of field: FieldDescriptor) -> [Int] {
    [CubedSphereTopology.tileCount] + field.globalExtents(of: block(0), includingHalo: false)
  }

  /// What a field like this one over any block puts into the array of all tiles, or takes from it.
  func pieces(
    of descriptor: FieldDescriptor, ofBlock number: Int, field: Int, array: Int, _ share: GlobalShare
  ) -> [GlobalPiece] {
    let tile = topology.tile(ofBlock: number)
    let over = GridBlock(
      cells: topology.owned(byBlock: number), gridExtents: topology.tile.extents,
      periodic: topology.tile.periodic)
    return descriptor.globalBoxes(over: over, share, includingHalo: false).map {
      GlobalPiece(field: field, array: array, own: $0.own, global: [tile..<tile + 1] + $0.global)
    }
  }

  /// What is wrong with fields if they are not of all blocks of this rank.
  func missingBlocks(of fields: PlannedFields) -> HaloError? {
    guard fields.blocks.count != blockCount else { return nil }
    return .fieldMismatch(
      FieldMismatch(
        rank: communicator.rank, peer: nil, field: "list", property: "blocks",
        expected: "fields of all \(blockCount) of this rank", found: "\(fields.blocks)",
        advice: "list the same fields of each of them"))
  }

  private func transfer<State: HaloState & ~Copyable, Arrays: HaloState & ~Copyable>(
    _ state: borrowing State, _ arrays: borrowing Arrays, _ share: GlobalShare, root: Int?
  ) throws(HaloError) -> GlobalTransfer {
    let request = GlobalRequest(share, of: state, arrays: arrays, root: root, on: self)
    let fields = request.fields
    func places(ofBlock block: Int) -> [Int] {
      fields.descriptors.indices.filter { fields.descriptors[$0]?.block == block }
    }
    return try request.transfer(
      failure: missingBlocks(of: fields), arraysOf: places(ofBlock: 0), extents: { globalExtents(of: $0) }
    ) { rank in
      topology.blocks(of: rank).enumerated().flatMap { block, number in
        places(ofBlock: block).enumerated().flatMap { array, place -> [GlobalPiece] in
          guard let descriptor = fields.descriptors[place] else { return [] }
          return pieces(of: descriptor, ofBlock: number, field: place, array: array, share)
        }
      }
    }
  }
}
