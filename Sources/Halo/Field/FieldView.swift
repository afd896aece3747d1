public import Strided

/// What may be read of a field: all of it, or its owned cells while an exchange is in flight.
///
/// A view costs nothing to make and is the fastest way to read: take it once before the loops, then take rows,
/// all over the same range, and index those.
///
/// ```swift
/// let u = u.view
/// for i in box[0] {
///   for j in box[1] {
///     let here = u.row(i, j, box[2]), below = u.row(i, j, box[2].shifted(by: -1))
///     …
///   }
/// }
/// ```
///
/// A row is a `Span`: indices start at 0 and are checked. A cell or row outside the reach traps with a message
/// that names the cell.
@safe
@frozen
public struct FieldView<Element: ArrayElement, let Rank: Int>: ~Escapable {
  @usableFromInline let origin: UnsafePointer<Element>
  @usableFromInline let strides: InlineArray<Rank, Int>
  @usableFromInline let isInFlight: Bool
  /// The axis that is contiguous in memory, along which rows run: the last, or the first in Fortran order.
  public let rowAxis: Int
  @usableFromInline let checked: Reach<Rank>

  @unsafe
  @inlinable
  @inline(__always)
  @_lifetime(immortal)
  init(
    origin: UnsafePointer<Element>, strides: InlineArray<Rank, Int>, rowAxis: Int, reach: Reach<Rank>,
    isInFlight: Bool
  ) {
    unsafe self.origin = origin
    self.strides = strides
    self.rowAxis = rowAxis
    checked = reach
    self.isInFlight = isInFlight
  }

  /// The cells that may be read.
  @inlinable
  public var reach: Box<Rank> { checked.box }

  /// Cells along the axis that is contiguous in memory, ``rowAxis``, from `cell` on.
  ///
  /// The form for code of any rank; of rank 1 to 4 there are `row(i, j, range)` and the like.
  ///
  /// - Precondition: The cells lie in ``reach``.
  @inlinable
  @inline(__always)
  @_lifetime(copy self)
  public func row(from cell: InlineArray<Rank, Int>, count: Int) -> Span<Element> {
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
  }
}

// MARK: - Checked places

extension FieldView {
  @inlinable
  @inline(__always)
  @_lifetime(copy self)
  func row(from cell: InlineArray<Rank, Int>, count: Int, along axis: Int) -> Span<Element> {
    let offset = checkedOffset(ofRowFrom: cell, count: count, along: axis)
    let row = unsafe Span(_unsafeStart: origin + offset, count: count)
    return unsafe _overrideLifetime(row, copying: self)
  }

  /// Elements from the origin to `cell`, once the row from there is known to be in reach.
  @inlinable
  @inline(__always)
  func checkedOffset(ofRowFrom cell: InlineArray<Rank, Int>, count: Int, along axis: Int) -> Int {
    if !checked.containsRow(from: cell, count: count, along: axis) {
      refuseRow(
        from: cell, count: count, along: axis, rowAxis: rowAxis, reach: reach, writing: false,
        limit: ReachLimit(isInFlight: isInFlight))
    }
    return elementOffset(ofRowFrom: cell, along: axis, strides: strides)
  }

  /// Elements from the origin to `cell`, once it is known to be in reach.
  @inlinable
  @inline(__always)
  func checkedOffset(of cell: InlineArray<Rank, Int>) -> Int {
    if !checked.box.contains(cell) {
      refuseCell(cell, reach: reach, writing: false, limit: ReachLimit(isInFlight: isInFlight))
    }
    return elementOffset(of: cell, strides: strides)
  }
}
