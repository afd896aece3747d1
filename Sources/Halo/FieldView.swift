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
  /// The cells that may be read.
  public let reach: Box<Rank>

  @unsafe
  @inlinable
  @inline(__always)
  @_lifetime(immortal)
  init(origin: UnsafePointer<Element>, strides: InlineArray<Rank, Int>, reach: Box<Rank>, isInFlight: Bool) {
    unsafe self.origin = origin
    self.strides = strides
    self.reach = reach
    self.isInFlight = isInFlight
  }

  /// Elements from the origin to `cell`, once the row from there is known to be in reach.
  @inlinable
  @inline(__always)
  func checkedOffset(of cell: InlineArray<Rank, Int>, count: Int) -> Int {
    if !reach.containsRow(from: cell, count: count) {
      outOfReach(cell, count: count, reach: reach, writing: false, isInFlight: isInFlight)
    }
    return elementOffset(of: cell, strides: strides)
  }

  /// `count` cells along the last axis, from `cell` on.
  ///
  /// The form for code of any rank; of rank 1 to 4 there are `row(i, j, range)` and the like.
  ///
  /// - Precondition: The cells lie in ``reach``.
  @inlinable
  @inline(__always)
  @_lifetime(copy self)
  public func row(from cell: InlineArray<Rank, Int>, count: Int) -> Span<Element> {
    let row = unsafe Span(_unsafeStart: origin + checkedOffset(of: cell, count: count), count: count)
    return unsafe _overrideLifetime(row, copying: self)
  }

  /// The value of one cell.
  ///
  /// - Precondition: The cell lies in ``reach``.
  @inlinable
  public subscript(cell: InlineArray<Rank, Int>) -> Element {
    @inline(__always) get {
      unsafe origin[checkedOffset(of: cell, count: 1)]
    }
  }
}
