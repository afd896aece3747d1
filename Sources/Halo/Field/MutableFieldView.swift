public import Strided

/// What may be written of a field: all of it, or the cells that no message carries while an exchange is in flight.
///
/// Made and used like ``FieldView``; it may also read the cells in its reach. A kernel that several threads run gets one
/// whose reach is the slab that the call is for.
///
/// ```swift
/// var v = v.mutableView
/// var out = v.row(i, j, box[2])
/// for x in out.indices { out[x] = 0 }
/// ```
@safe
@frozen
public struct MutableFieldView<Element: ArrayElement, let Rank: Int>: ~Copyable, ~Escapable {
  @usableFromInline let origin: UnsafeMutablePointer<Element>
  @usableFromInline let strides: InlineArray<Rank, Int>
  @usableFromInline let limit: ReachLimit
  /// The axis that is contiguous in memory, along which rows run: the last, or the first in Fortran order.
  public let rowAxis: Int
  @usableFromInline let checked: Reach<Rank>

  @unsafe
  @inlinable
  @inline(__always)
  @_lifetime(immortal)
  init(
    origin: UnsafeMutablePointer<Element>, strides: InlineArray<Rank, Int>, rowAxis: Int, reach: Reach<Rank>,
    limit: ReachLimit
  ) {
    unsafe self.origin = origin
    self.strides = strides
    self.rowAxis = rowAxis
    checked = reach
    self.limit = limit
  }

  /// The cells that may be read and written.
  @inlinable
  public var reach: Box<Rank> { checked.box }

  /// Cells along the axis that is contiguous in memory, ``rowAxis``, from `cell` on.
  ///
  /// The form for code of any rank; of rank 1 to 4 there are `row(i, j, range)` and the like.
  ///
  /// - Precondition: The cells lie in ``reach``.
  @inlinable
  @inline(__always)
  @_lifetime(&self)
  public mutating func row(from cell: InlineArray<Rank, Int>, count: Int) -> MutableSpan<Element> {
    // Twice the same, with an axis that the compiler knows.
    if rowAxis == Rank - 1 { return row(from: cell, count: count, along: Rank - 1) }
    return row(from: cell, count: count, along: 0)
  }

  /// The value of one cell.
  ///
  /// - Precondition: The cell lies in ``reach``.
  @inlinable
  public subscript(cell: InlineArray<Rank, Int>) -> Element {
    @inline(__always) get {
      unsafe origin[checkedOffset(of: cell)]
    }
    @inline(__always) @_lifetime(self: copy self) set {
      unsafe origin[checkedOffset(of: cell)] = newValue
    }
  }
}

// MARK: - Checked places

extension MutableFieldView {
  @inlinable
  @inline(__always)
  @_lifetime(&self)
  mutating func row(from cell: InlineArray<Rank, Int>, count: Int, along axis: Int) -> MutableSpan<Element> {
    let offset = checkedOffset(ofRowFrom: cell, count: count, along: axis)
    let row = unsafe MutableSpan(_unsafeStart: origin + offset, count: count)
    return unsafe _overrideLifetime(row, mutating: &self)
  }

  /// Elements from the origin to `cell`, once the row from there is known to be in reach.
  @inlinable
  @inline(__always)
  func checkedOffset(ofRowFrom cell: InlineArray<Rank, Int>, count: Int, along axis: Int) -> Int {
    if !checked.containsRow(from: cell, count: count, along: axis) {
      refuseRow(
        from: cell, count: count, along: axis, rowAxis: rowAxis, reach: reach, writing: true,
        limit: limit)
    }
    return elementOffset(ofRowFrom: cell, along: axis, strides: strides)
  }

  /// Elements from the origin to `cell`, once it is known to be in reach.
  @inlinable
  @inline(__always)
  func checkedOffset(of cell: InlineArray<Rank, Int>) -> Int {
    if !checked.box.contains(cell) {
      refuseCell(cell, reach: reach, writing: true, limit: limit)
    }
    return elementOffset(of: cell, strides: strides)
  }
}
