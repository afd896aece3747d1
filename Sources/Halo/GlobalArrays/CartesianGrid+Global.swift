public import Memory

// Arrays of the whole grid on one rank or on all: to write to a file, to plot, to start from.

extension CartesianGrid {
  /// The extents of the array of the whole grid that a field is a block of.
  ///
  /// A staggered axis has a point more than the grid has cells, unless it closes on itself: its last point is its
  /// first. Extra axes keep their extents.
  ///
  /// - Parameters:
  ///   - field: A field on this grid.
  ///   - includingHalo: Whether the array has the halo around the grid, too.
  public func globalExtents<Element, let Rank: Int>(
    of field: borrowing Field<Element, Rank>, includingHalo: Bool = false
  ) -> InlineArray<Rank, Int> {
    let extents = field.storage.descriptor.globalExtents(of: block, includingHalo: includingHalo)
    return InlineArray { extents[$0] }
  }
}

// MARK: - One field

extension CartesianGrid {
  /// Brings the owned points of a field of all ranks to one rank, as one array; collective.
  ///
  /// ```swift
  /// if let whole = try grid.gather(height, to: 0) { … whole[i, j] … }       // global indices
  /// ```
  ///
  /// The array is a field on no grid, without halo, in the order of the root's field. Of points that several ranks
  /// hold, the owner's value is taken; see ``FieldAxis``. A field that lacks an axis of the grid is taken from the
  /// ranks that come first along it.
  ///
  /// With halo, the array begins with the halo below the grid's first cell, at index 0, and ends with the one above
  /// its last; extra axes come with theirs. Halo cells between blocks are not taken.
  ///
  /// - Parameters:
  ///   - field: The field.
  ///   - root: The rank that wants the array.
  ///   - includingHalo: Whether to take the halo around the grid, too.
  ///   - allocator: Where the array's memory comes from.
  /// - Returns: The array on the root, `nil` on all other ranks.
  /// - Throws: The same `HaloError` on every rank if ranks disagree, the field is not one on this grid, there is no
  ///   such root, or it is short of memory.
  /// - Complexity: O(points) on the root, which needs memory for the array and 1 MiB beside it.
  public func gather<Element, let Rank: Int>(
    _ field: borrowing Field<Element, Rank>, to root: Int, includingHalo: Bool = false,
    allocator: Allocator = .hugePages
  ) throws(HaloError) -> Field<Element, Rank>? {
    var failure: HaloError?
    var array: Field<Element, Rank>?
    if communicator.rank == root {
      do throws(HaloError) {
        array = try Field(globalOf: field, on: self, includingHalo: includingHalo, allocator: allocator)
      } catch {
        failure = error
      }
    }
    try transfer(field, array, .owned, root: root, includingHalo: includingHalo, failure: failure)
      .gather(to: root)
    return array
  }

  /// Brings the owned points of a field of all ranks to every rank, as one array; collective.
  ///
  /// As ``gather(_:to:includingHalo:allocator:)``.
  public func allGather<Element, let Rank: Int>(
    _ field: borrowing Field<Element, Rank>, includingHalo: Bool = false, allocator: Allocator = .hugePages
  ) throws(HaloError) -> Field<Element, Rank> {
    var failure: HaloError?
    var array: Field<Element, Rank>?
    do throws(HaloError) {
      array = try Field(globalOf: field, on: self, includingHalo: includingHalo, allocator: allocator)
    } catch {
      failure = error
    }
    try transfer(field, array, .owned, root: nil, includingHalo: includingHalo, failure: failure).allGather()
    guard let array else { fatalError("Halo: an array was neither made nor refused") }
    return array
  }
}

// MARK: - States

extension CartesianGrid {
  /// Brings the owned points of all fields of a state to one rank, into arrays that it has; collective.
  ///
  /// ```swift
  /// var whole: Ocean? = world.rank == 0 ? Ocean(…) : nil         // fields of the global extents, on no grid
  /// try grid.gather(ocean, into: &whole, at: 0)
  /// ```
  ///
  /// - Parameters:
  ///   - state: The fields.
  ///   - arrays: As many fields on no grid as the state has, in the same order, with the dtypes of its fields and
  ///     the extents that ``globalExtents(of:includingHalo:)`` tells; on other ranks than the root not looked at.
  ///   - root: The rank that wants the arrays.
  ///   - includingHalo: Whether to take the halo around the grid, too.
  /// - Throws: The same `HaloError` on every rank if ranks disagree, a field is not one on this grid, an array does
  ///   not fit, or there is no such root.
  /// - Complexity: O(points) on the root, and 1 MiB of memory.
  public func gather<State: HaloState & ~Copyable, Arrays: HaloState & ~Copyable>(
    _ state: borrowing State, into arrays: inout Arrays, at root: Int, includingHalo: Bool = false
  ) throws(HaloError) {
    try transfer(state, arrays, .owned, root: root, includingHalo: includingHalo).gather(to: root)
  }

  /// Brings the owned points of all fields of a state to every rank; collective.
  ///
  /// As ``gather(_:into:at:includingHalo:)``, with arrays on every rank.
  public func allGather<State: HaloState & ~Copyable, Arrays: HaloState & ~Copyable>(
    _ state: borrowing State, into arrays: inout Arrays, includingHalo: Bool = false
  ) throws(HaloError) {
    try transfer(state, arrays, .owned, root: nil, includingHalo: includingHalo).allGather()
  }

  /// Takes the owned points of all fields of a state from arrays of the whole grid on one rank; collective.
  ///
  /// ```swift
  /// var whole: Field<Double, 2>?                                 // nil on all ranks but the root
  /// if world.rank == 0 { whole = try Field(grid.globalExtents(of: height), halo: 0, repeating: 0) … }
  /// try grid.scatter(whole, into: &height, from: 0)
  /// ```
  ///
  /// Every rank that holds a point gets its value. The halo stays as it was; with `includingHalo` all of it is filled
  /// as by an exchange, and beyond the grid's edges from the array's.
  ///
  /// - Parameters:
  ///   - arrays: As many fields on no grid as the state has, in the same order, with the dtypes of its fields and
  ///     the extents that ``globalExtents(of:includingHalo:)`` tells; on other ranks than the root not looked at.
  ///   - state: The fields.
  ///   - root: The rank that has the arrays.
  ///   - includingHalo: Whether the arrays have the halo around the grid, too.
  /// - Throws: As ``gather(_:into:at:includingHalo:)``.
  /// - Complexity: O(points) on the root, and 1 MiB of memory.
  public func scatter<State: HaloState & ~Copyable, Arrays: HaloState & ~Copyable>(
    _ arrays: borrowing Arrays, into state: inout State, from root: Int, includingHalo: Bool = false
  ) throws(HaloError) {
    try transfer(state, arrays, .held, root: root, includingHalo: includingHalo).scatter(from: root)
  }
}

// MARK: - The way

extension CartesianGrid {
  private func transfer<State: HaloState & ~Copyable, Arrays: HaloState & ~Copyable>(
    _ state: borrowing State, _ arrays: borrowing Arrays, _ share: GlobalShare, root: Int?,
    includingHalo: Bool, failure: HaloError? = nil
  ) throws(HaloError) -> GlobalTransfer {
    let request = GlobalRequest(
      share, of: state, arrays: arrays, root: root, includingHalo: includingHalo, on: self)
    let descriptors = request.fields.descriptors
    return try request.transfer(
      failure: failure, arraysOf: Array(descriptors.indices),
      extents: { $0.globalExtents(of: block, includingHalo: includingHalo) }
    ) { rank in
      descriptors.enumerated().flatMap { place, descriptor in
        let boxes = descriptor?.globalBoxes(over: block(of: rank), share, includingHalo: includingHalo) ?? []
        return boxes.map { GlobalPiece(field: place, array: place, own: $0.own, global: $0.global) }
      }
    }
  }
}

extension Field {
  /// The array of the whole grid for a field, its values still to come.
  fileprivate init(
    globalOf field: borrowing Field, on grid: CartesianGrid, includingHalo: Bool, allocator: Allocator
  ) throws(HaloError) {
    let extents = field.storage.descriptor.globalExtents(of: grid.block, includingHalo: includingHalo)
    let block = GridBlock(wholeOf: extents)
    let descriptor = try Self.descriptor(
      axes: nil, over: block, halo: 0, order: field.rowAxis == Rank - 1 ? .c : .fortran, rowPadding: 0,
      in: allocator.space, name: field.name)
    try self.init(zeroBytesOf: descriptor, over: block, name: field.name, allocator: allocator)
  }
}
