public import Memory
public import Strided
public import Topology

/// One rank's block of a distributed array, with its halo.
///
/// Cells are counted from the first owned one, the last axis lies contiguous in memory:
///
/// ```swift
/// var height = try Field<Double, 2>(on: grid, halo: 1, name: "height")
/// height[0, 0]                  // the first owned cell
/// height[-1, 0]                 // in the halo
/// height.owned                  // [0..<45, 0..<40]
/// ```
///
/// A field owns its memory and cannot be copied: pass it `borrowing` to code that reads it and `inout` to code
/// that writes it. `swap(&old, &new)` exchanges two fields without moving a cell.
///
/// **The rule in flight.** While an exchange is in flight its owned cells may be read; a halo cell may not; a
/// cell that a message carries may not be written. From outside, the compiler sees to it, since the exchange
/// holds the field exclusively. Inside the exchange's closure, rows and views trap on a cell they may not touch.
@safe
@frozen
public struct Field<Element: ArrayElement, let Rank: Int>: ~Copyable, Sendable {
  @usableFromInline let storage: FieldStorage
  @usableFromInline nonisolated(unsafe) let origin: UnsafeMutablePointer<Element>
  @usableFromInline nonisolated(unsafe) let shape: UnsafePointer<FieldShape<Rank>>

  /// Allocates a field of its own, on no grid.
  ///
  /// - Parameters:
  ///   - extents: Owned cells along each axis.
  ///   - halo: Halo widths, for all axes or one an axis.
  ///   - value: What every cell holds at first, halo included.
  ///   - name: How errors call the field.
  ///   - allocator: Where its memory comes from.
  /// - Throws: `HaloError` if an extent is below 1, widths do not fit, or memory is short.
  /// - Complexity: O(cells).
  public init(
    _ extents: InlineArray<Rank, Int>, halo: HaloWidths, repeating value: Element, name: String? = nil,
    allocator: Allocator = .hugePages
  ) throws(HaloError) {
    try self.init(
      extents: extents, halo: halo, globalOrigin: InlineArray(repeating: 0), repeating: value, name: name,
      allocator: allocator)
  }

  /// Allocates a rank's block of a grid.
  ///
  /// - Parameters:
  ///   - grid: The grid; it has `Rank` axes.
  ///   - halo: Halo widths, for all axes or one an axis.
  ///   - value: What every cell holds at first, halo included.
  ///   - name: How errors call the field.
  ///   - allocator: Where its memory comes from.
  /// - Throws: `HaloError` if the ranks differ, a halo is wider than a block of the grid (on any rank: all ranks
  ///   throw the same), or memory is short.
  /// - Complexity: O(cells).
  public init(
    on grid: CartesianGrid, halo: HaloWidths, repeating value: Element, name: String? = nil,
    allocator: Allocator = .hugePages
  ) throws(HaloError) {
    guard grid.rank == Rank else {
      throw .fieldMismatch(
        FieldMismatch(
          rank: grid.communicator.rank, peer: nil, field: name ?? "field", property: "number of axes",
          expected: "\(grid.rank), as its grid has", found: "\(Rank)"))
    }
    let sides = try HaloError.rethrow { () throws(TopologyError) in
      let sides = try halo.resolved(rank: Rank)
      try grid.topology.check(halo: sides)
      return sides
    }
    let owned = grid.owned
    try self.init(
      extents: InlineArray { owned[$0].count }, halo: HaloWidths(sides),
      globalOrigin: InlineArray { owned[$0].lowerBound }, repeating: value, name: name, allocator: allocator)
  }

  init(
    extents: InlineArray<Rank, Int>, halo: HaloWidths, globalOrigin: InlineArray<Rank, Int>,
    repeating value: Element, name: String?, allocator: Allocator
  ) throws(HaloError) {
    guard Rank >= 1, Rank <= PerAxis.maximumRank else {
      fatalError("Field: 1 to \(PerAxis.maximumRank) axes are supported, \(Rank) were asked for")
    }
    let sides = try HaloError.rethrow { () throws(TopologyError) in
      for axis in 0..<Rank where extents[axis] < 1 {
        throw TopologyError.emptyExtent(axis: axis, found: extents[axis])
      }
      return try halo.resolved(rank: Rank)
    }
    let below = InlineArray<Rank, Int> { sides[$0].lower }
    let above = InlineArray<Rank, Int> { sides[$0].upper }
    let itemSize = MemoryLayout<Element>.stride

    var widths = PerAxis()
    for axis in 0..<Rank {
      let (both, overflow) = below[axis].addingReportingOverflow(above[axis])
      let (width, tooWide) = extents[axis].addingReportingOverflow(both)
      widths.append(overflow || tooWide ? .max : width)
    }
    guard !widths.contains(.max), Layout.byteCount(contiguous: widths, itemSize: itemSize) != nil else {
      throw .topology(.tooManyPoints(extents: Array(widths)))
    }
    var strides = InlineArray<Rank, Int>(repeating: 1)
    var count = 1
    var offset = 0
    for axis in (0..<Rank).reversed() {
      strides[axis] = count
      offset += below[axis] * count
      count *= widths[axis]
    }

    let allocation = try HaloError.rethrow { () throws(AllocationError) in
      try Allocation(count: count, of: Element.self, allocator: allocator)
    }
    let base = unsafe allocation.base.bindMemory(to: Element.self, capacity: count)
    unsafe base.initialize(repeating: value, count: count)
    unsafe self.origin = base + offset

    let owned = Box<Rank>(lower: InlineArray(repeating: 0), upper: extents)
    let shape = UnsafeMutablePointer<FieldShape<Rank>>.allocate(capacity: 1)
    unsafe shape.initialize(
      to: FieldShape(
        allocated: Box(
          lower: InlineArray { -below[$0] }, upper: InlineArray { extents[$0] + above[$0] }),
        owned: owned, quiet: owned.inset(lower: above, upper: below), strides: strides,
        globalOrigin: globalOrigin))
    unsafe self.shape = UnsafePointer(shape)
    unsafe storage = FieldStorage(
      descriptor: FieldDescriptor(
        dtype: Element.dtype, axes: (0..<Rank).map { .grid($0) }, block: 0,
        extents: PerAxis((0..<Rank).map { extents[$0] }),
        haloBelow: PerAxis(sides.map(\.lower)), haloAbove: PerAxis(sides.map(\.upper)),
        strides: PerAxis((0..<Rank).map { strides[$0] * itemSize })),
      name: name, allocation: allocation, origin: UnsafeMutableRawPointer(origin),
      shape: UnsafeMutableRawPointer(shape))
  }

  /// A second handle on the same memory, for the exchange that holds the first one exclusively.
  init(sharing field: borrowing Field) {
    storage = field.storage
    unsafe origin = field.origin
    unsafe shape = field.shape
  }
}

extension Field where Element: AdditiveArithmetic {
  /// Allocates a rank's block of a grid, all zero.
  ///
  /// As ``init(on:halo:repeating:name:allocator:)`` with zero for the value.
  public init(
    on grid: CartesianGrid, halo: HaloWidths, name: String? = nil, allocator: Allocator = .hugePages
  ) throws(HaloError) {
    try self.init(on: grid, halo: halo, repeating: .zero, name: name, allocator: allocator)
  }
}

// MARK: - Shape

extension Field {
  /// How errors call the field, if it was given a name.
  public var name: String? { storage.name }

  /// Owned cells along each axis.
  @inlinable
  public var extents: InlineArray<Rank, Int> { unsafe shape.pointee.owned.upper }

  /// Every owned cell.
  @inlinable
  public var owned: Box<Rank> { unsafe shape.pointee.owned }

  /// Every cell, halo included.
  @inlinable
  public var allocated: Box<Rank> { unsafe shape.pointee.allocated }

  /// The global index of the first owned cell.
  @inlinable
  public var globalOrigin: InlineArray<Rank, Int> { unsafe shape.pointee.globalOrigin }
}

// MARK: - Access

extension Field {
  /// What may be read now, as the fastest form for loops.
  @inlinable
  public var view: FieldView<Element, Rank> {
    @inline(__always) @_lifetime(borrow self) get {
      let isInFlight = unsafe storage.isInFlight
      let view = unsafe FieldView(
        origin: UnsafePointer(origin), strides: shape.pointee.strides,
        reach: isInFlight ? shape.pointee.owned : shape.pointee.allocated, isInFlight: isInFlight)
      return unsafe _overrideLifetime(view, borrowing: self)
    }
  }

  /// What may be written now, as the fastest form for loops.
  @inlinable
  public var mutableView: MutableFieldView<Element, Rank> {
    @inline(__always) @_lifetime(&self) mutating get {
      let isInFlight = unsafe storage.isInFlight
      let view = unsafe MutableFieldView(
        origin: origin, strides: shape.pointee.strides,
        reach: isInFlight ? shape.pointee.quiet : shape.pointee.allocated, isInFlight: isInFlight)
      return unsafe _overrideLifetime(view, mutating: &self)
    }
  }

  /// Elements from the origin to `cell`, once the row from there is known to be in reach.
  @inlinable
  @inline(__always)
  func checkedOffset(of cell: InlineArray<Rank, Int>, count: Int, writing: Bool) -> Int {
    let isInFlight = unsafe storage.isInFlight
    let reach = isInFlight ? (writing ? 2 : 1) : 0
    if unsafe !shape.pointee.reaches[reach].containsRow(from: cell, count: count) {
      unsafe outOfReach(
        cell, count: count, reach: shape.pointee.reaches[reach], writing: writing, isInFlight: isInFlight)
    }
    return unsafe elementOffset(of: cell, strides: shape.pointee.strides)
  }

  /// `count` cells along the last axis, from `cell` on, to read.
  ///
  /// - Precondition: The cells lie in the field and its halo; in its owned cells while an exchange is in flight.
  @inlinable
  @inline(__always)
  @_lifetime(borrow self)
  public func row(from cell: InlineArray<Rank, Int>, count: Int) -> Span<Element> {
    let offset = checkedOffset(of: cell, count: count, writing: false)
    let row = unsafe Span(_unsafeStart: UnsafePointer(origin) + offset, count: count)
    return unsafe _overrideLifetime(row, borrowing: self)
  }

  /// `count` cells along the last axis, from `cell` on, to write.
  ///
  /// - Precondition: The cells lie in the field and its halo; while an exchange is in flight, in the cells that
  ///   no message carries.
  @inlinable
  @inline(__always)
  @_lifetime(&self)
  public mutating func mutableRow(from cell: InlineArray<Rank, Int>, count: Int) -> MutableSpan<Element> {
    let offset = checkedOffset(of: cell, count: count, writing: true)
    let row = unsafe MutableSpan(_unsafeStart: origin + offset, count: count)
    return unsafe _overrideLifetime(row, mutating: &self)
  }

  /// The value of one cell.
  ///
  /// - Precondition: As for rows.
  @inlinable
  public subscript(cell: InlineArray<Rank, Int>) -> Element {
    @inline(__always) get { unsafe origin[checkedOffset(of: cell, count: 1, writing: false)] }
    @inline(__always) set { unsafe origin[checkedOffset(of: cell, count: 1, writing: true)] = newValue }
  }
}
