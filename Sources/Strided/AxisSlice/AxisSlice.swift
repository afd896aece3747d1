/// What to take of one axis: an index, or a range of indices with a step.
///
/// Slices are what a view or a layout is subscripted with, one per axis, first axis first. They read like
/// NumPy's; axes without a slice are taken whole.
///
/// | NumPy | here |
/// |---|---|
/// | `a[3]` | `a[3]` or `a[.index(3)]`: drops the axis |
/// | `a[:, 1:5]` | `a[.all, 1..<5]` |
/// | `a[2:]`, `a[:-1]` | `a[2...]`, `a[.dropLast(1)]` |
/// | `a[:3]`, `a[-3:]` | `a[.first(3)]`, `a[.last(3)]` |
/// | `a[1:9:2]` | `a[.range(1..<9, by: 2)]` |
/// | `a[::-1]` | `a[.all(by: -1)]` |
/// | `a[8:0:-2]` | `a[.range(1..<9, by: -2)]` |
///
/// A range always names the indices from its lower to its upper bound; a negative step visits them from the
/// upper end, so `.range(lower..<upper, by: -step)` is NumPy's `a[lower:upper][::-step]`. Negative indices do
/// not count from the end: an index outside the axis traps with a line that says axis, extent and index.
@frozen public struct AxisSlice: Hashable, Sendable {
  @usableFromInline @frozen enum Kind: Hashable, Sendable {
    case index(Int)
    case between(lower: Int, upper: Int?, step: Int)
    case first(Int)
    case last(Int)
    case dropLast(Int)
    case omitted
  }

  @usableFromInline let kind: Kind

  @inlinable init(_ kind: Kind) { self.kind = kind }

  // No slice at all, for an argument that is left out; unlike `.all` it needs no axis.
  @inlinable static var omitted: AxisSlice { AxisSlice(.omitted) }
}

extension AxisSlice: CustomStringConvertible {
  /// The slice as it would be written in a subscript.
  public var description: String {
    switch kind {
    case .index(let index): "\(index)"
    case .between(0, nil, 1): ".all"
    case .between(0, nil, let step): ".all(by: \(step))"
    case .between(let lower, nil, _): "\(lower)..."
    case .between(let lower, let upper?, 1): "\(lower)..<\(upper)"
    case .between(let lower, let upper?, let step): ".range(\(lower)..<\(upper), by: \(step))"
    case .first(let count): ".first(\(count))"
    case .last(let count): ".last(\(count))"
    case .dropLast(let count): ".dropLast(\(count))"
    case .omitted: ""
    }
  }
}
