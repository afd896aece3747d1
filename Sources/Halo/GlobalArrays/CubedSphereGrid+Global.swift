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
  private func globalExtents(of field: FieldDescriptor) -> [Int] {
    [CubedSphereTopology.tileCount] + field.globalExtents(of: block(0), includingHalo: false)
  }

  private func transfer<State: HaloState & ~Copyable, Arrays: HaloState & ~Copyable>(
    _ state: borrowing State, _ arrays: borrowing Arrays, _ share: GlobalShare, root: Int?
  ) throws(HaloError) -> GlobalTransfer {
    var list = FieldList()
    list.add(state)
    var whole = FieldList()
    if root == nil || root == communicator.rank { whole.add(arrays) }
    let fields = PlannedFields(list)
    var claims = PlanAgreement()
    for trait in traits { claims.claim(trait.name, of: "grid", trait.value) }
    claims.claim("root", of: "array", root.map(String.init) ?? "all")
    fields.claim(in: &claims)
    var failure: HaloError?
    do throws(HaloError) {
      try fields.check(on: self)
      try check(root: root, blocksOf: fields)
      if root == nil || root == communicator.rank { try check(whole, for: fields) }
    } catch {
      failure = error
    }
    refuseFieldsInFlight(list, share)
    let places = places(of: fields)
    return try GlobalTransfer(
      list.storages, whole.storages, claims: claims, over: communicator, failure: failure
    ) { rank in
      topology.blocks(of: rank).enumerated().flatMap { block, number in
        places[block, default: []].flatMap { place -> [GlobalPiece] in
          let owned = topology.owned(byBlock: number), tile = topology.tile(ofBlock: number)
          let over = GridBlock(
            cells: owned, gridExtents: topology.tile.extents, periodic: topology.tile.periodic)
          let boxes = fields.descriptors[place]?.globalBoxes(over: over, share, includingHalo: false) ?? []
          return boxes.map {
            GlobalPiece(
              field: place, array: fields.quantities[place], own: $0.own,
              global: [tile..<tile + 1] + $0.global)
          }
        }
      }
    }
  }

  /// The places of the fields of each block, in the order of their quantities.
  private func places(of fields: PlannedFields) -> [Int: [Int]] {
    Dictionary(grouping: fields.descriptors.indices.filter { fields.descriptors[$0] != nil }) {
      fields.descriptors[$0]?.block ?? 0
    }
  }

  private func mismatch(_ field: String, _ property: String, _ expected: String, _ found: String) -> HaloError
  {
    .fieldMismatch(
      FieldMismatch(
        rank: communicator.rank, peer: nil, field: field, property: property, expected: expected, found: found
      ))
  }

  private func check(root: Int?, blocksOf fields: PlannedFields) throws(HaloError) {
    if let root, !(0..<communicator.size).contains(root) {
      throw mismatch("array", "root", "a rank from 0 to \(communicator.size - 1)", "\(root)")
    }
    let blocks = Set(places(of: fields).keys)
    guard blocks.count == blockCount else {
      throw mismatch("list", "blocks", "fields of all \(blockCount) of this rank", "\(blocks.sorted())")
    }
  }

  /// Refuses arrays that do not fit the fields of a block.
  private func check(_ arrays: borrowing FieldList, for fields: PlannedFields) throws(HaloError) {
    let first = places(of: fields)[0, default: []]
    guard arrays.storages.count == first.count else {
      throw mismatch("list", "number of arrays", "\(first.count)", "\(arrays.storages.count)")
    }
    for place in first {
      guard let descriptor = fields.descriptors[place] else { continue }
      let label = "array of field \(fields.labels[place])"
      guard let array = arrays.storages[fields.quantities[place]]?.descriptor else {
        throw mismatch(label, "presence", "an array", "nil")
      }
      guard array.dtype == descriptor.dtype else {
        throw mismatch(label, "dtype", descriptor.dtype.description, array.dtype.description)
      }
      let extents = globalExtents(of: descriptor)
      guard array.extents.elementsEqual(extents) else {
        throw mismatch(label, "extents", "\(extents)", "\(array.extents)")
      }
    }
  }

  private func refuseFieldsInFlight(_ list: borrowing FieldList, _ share: GlobalShare) {
    for (place, field) in list.storages.enumerated() {
      guard let field, unsafe field.isInFlight, share == .held else { continue }
      fatalError(
        "Halo: field \(FieldLabel.text(field.name, at: place)) is in an exchange: "
          + "scatter into it before or after")
    }
  }
}
