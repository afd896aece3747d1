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

@inlinable
@inline(__always)
func elementOffset<let Rank: Int>(
  of cell: InlineArray<Rank, Int>, strides: InlineArray<Rank, Int>
) -> Int {
  var offset = cell[Rank - 1]
  for axis in 0..<Rank - 1 { offset = offset &+ cell[axis] &* strides[axis] }
  return offset
}

@usableFromInline
@inline(never)
func outOfReach<let Rank: Int>(
  _ cell: InlineArray<Rank, Int>, count: Int, reach: Box<Rank>, writing: Bool, isInFlight: Bool
) -> Never {
  var place: [String] = []
  for axis in 0..<Rank { place.append("\(cell[axis])") }
  if count != 1 { place[Rank - 1] += "..<\(cell[Rank - 1] &+ count)" }
  let cells = "[" + place.joined(separator: ", ") + "]"
  switch (isInFlight, writing) {
  case (false, _):
    fatalError("Halo: cell \(cells) lies outside the field and its halo, which reach over \(reach)")
  case (true, false):
    fatalError(
      "Halo: reading cell \(cells) while an exchange is receiving the halo: "
        + "until it ends, read the owned cells \(reach) only")
  case (true, true):
    fatalError(
      "Halo: writing cell \(cells) while an exchange is sending or receiving it: "
        + "until it ends, write \(reach) only, or another field")
  }
}
