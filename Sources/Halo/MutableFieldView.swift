public import Strided

/// What may be written of a field: all of it, or the cells that no message carries while an exchange is in flight.
///
/// Made and used like ``FieldView``; it may also read the cells in its reach.
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
  @usableFromInline let isInFlight: Bool
  /// The cells that may be read and written.
  public let reach: Box<Rank>

  @unsafe
  @inlinable
  @inline(__always)
  @_lifetime(immortal)
  init(
    origin: UnsafeMutablePointer<Element>, strides: InlineArray<Rank, Int>, reach: Box<Rank>, isInFlight: Bool
  ) {
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
      outOfReach(cell, count: count, reach: reach, writing: true, isInFlight: isInFlight)
    }
    return elementOffset(of: cell, strides: strides)
  }

  /// `count` cells along the last axis, from `cell` on.
  ///
  /// - Precondition: The cells lie in ``reach``.
  @inlinable
  @inline(__always)
  @_lifetime(&self)
  public mutating func row(from cell: InlineArray<Rank, Int>, count: Int) -> MutableSpan<Element> {
    let row = unsafe MutableSpan(
      _unsafeStart: origin + checkedOffset(of: cell, count: count), count: count)
    return unsafe _overrideLifetime(row, mutating: &self)
  }

  /// The value of one cell.
  ///
  /// - Precondition: The cell lies in ``reach``.
  @inlinable
  public subscript(cell: InlineArray<Rank, Int>) -> Element {
    @inline(__always) get {
      unsafe origin[checkedOffset(of: cell, count: 1)]
    }
    @inline(__always) @_lifetime(self: copy self) set {
      unsafe origin[checkedOffset(of: cell, count: 1)] = newValue
    }
  }
}
