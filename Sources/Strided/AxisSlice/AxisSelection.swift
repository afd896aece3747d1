/// What can stand for one axis in the subscript of a view or a layout: an ``AxisSlice``, an `Int` or a range.
///
///     let block = layout[1..<5, .all, 3]
///
/// - Note: a range expression such as `2...` has the meaning that it has for an array.
public protocol AxisSelection {
  /// The slice that the value stands for.
  var axisSlice: AxisSlice { get }
}

extension AxisSlice: AxisSelection {
  /// The slice itself.
  @inlinable public var axisSlice: AxisSlice { self }
}

extension Int: AxisSelection {
  /// One index; the axis is dropped.
  @inlinable public var axisSlice: AxisSlice { .index(self) }
}

extension Range: AxisSelection where Bound == Int {
  /// The indices of the range.
  @inlinable public var axisSlice: AxisSlice { .range(self) }
}

extension ClosedRange: AxisSelection where Bound == Int {
  /// The indices of the range.
  @inlinable public var axisSlice: AxisSlice { .range(Range(self)) }
}

extension PartialRangeFrom: AxisSelection where Bound == Int {
  /// The indices from the lower bound to the end.
  @inlinable public var axisSlice: AxisSlice { .from(lowerBound) }
}

extension PartialRangeUpTo: AxisSelection where Bound == Int {
  /// The indices below the bound.
  @inlinable public var axisSlice: AxisSlice { .first(upperBound) }
}

extension PartialRangeThrough: AxisSelection where Bound == Int {
  /// The indices up to the bound.
  @inlinable public var axisSlice: AxisSlice { .first(upperBound + 1) }
}

// Declared on the protocol, since leading-dot syntax in a subscript over any selection looks there.
extension AxisSelection where Self == AxisSlice {
  /// One index; the axis is dropped.
  @inlinable public static func index(_ index: Int) -> AxisSlice { AxisSlice(.index(index)) }

  /// The indices of a range, every `step`-th from its lower end, or, with a negative step, from its upper end.
  @inlinable public static func range(_ range: Range<Int>, by step: Int = 1) -> AxisSlice {
    AxisSlice(.between(lower: range.lowerBound, upper: range.upperBound, step: step))
  }

  /// All indices, every `step`-th from the lower end, or, with a negative step, from the upper end.
  @inlinable public static func all(by step: Int) -> AxisSlice {
    AxisSlice(.between(lower: 0, upper: nil, step: step))
  }

  /// All indices.
  @inlinable public static var all: AxisSlice { AxisSlice(.between(lower: 0, upper: nil, step: 1)) }

  /// The indices from `lower` to the end.
  @inlinable public static func from(_ lower: Int) -> AxisSlice {
    AxisSlice(.between(lower: lower, upper: nil, step: 1))
  }

  /// The first `count` indices.
  @inlinable public static func first(_ count: Int) -> AxisSlice { AxisSlice(.first(count)) }

  /// The last `count` indices.
  @inlinable public static func last(_ count: Int) -> AxisSlice { AxisSlice(.last(count)) }

  /// All but the last `count` indices.
  @inlinable public static func dropLast(_ count: Int) -> AxisSlice { AxisSlice(.dropLast(count)) }
}
