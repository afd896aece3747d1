/// A field's shape with its rank in the type, at the end of a pointer.
///
/// Not stored in the field itself: Swift 6.3 takes a noncopyable struct that holds an `InlineArray` to be
/// address-only, and does not then see that a span of it outlives it.
@usableFromInline
@frozen
struct FieldShape<let Rank: Int>: BitwiseCopyable {
  /// What may be touched when, so that an access selects one by a number and copies none.
  @usableFromInline let reaches: InlineArray<3, Reach<Rank>>
  /// Elements from one point to the next of each axis.
  @usableFromInline let strides: InlineArray<Rank, Int>
  /// The axis whose points follow each other in memory: the first or the last.
  @usableFromInline let rowAxis: Int
  /// Every owned point.
  @usableFromInline let owned: Box<Rank>
  /// Every point, halo included.
  @usableFromInline let whole: Box<Rank>
  /// The global index of the first owned point.
  @usableFromInline let globalOrigin: InlineArray<Rank, Int>
  /// The global index that is 0 again, of staggered axes that close on themselves; of others no index is.
  @usableFromInline let globalPeriod: InlineArray<Rank, Int>
  /// The grid's axis that each axis is, or -1.
  @usableFromInline let gridAxes: InlineArray<Rank, Int>
  /// By how many points each axis has more than cells.
  @usableFromInline let stagger: InlineArray<Rank, Int>

  init(_ descriptor: FieldDescriptor, over block: GridBlock) {
    let (axes, extents) = (descriptor.axes, descriptor.extents)
    let (below, above) = (descriptor.haloBelow, descriptor.haloAbove)
    func perAxis(_ number: (Int) -> Int) -> InlineArray<Rank, Int> { InlineArray { number($0) } }

    let stagger = perAxis { axes[$0].isStaggered ? 1 : 0 }
    let owned = Box<Rank>(lower: perAxis { _ in 0 }, upper: perAxis { extents[$0] })
    let allocated = Box<Rank>(lower: perAxis { -below[$0] }, upper: perAxis { extents[$0] + above[$0] })
    let quiet = descriptor.quiet
    var readable = owned
    for axis in 0..<Rank where axes[axis].gridAxis == nil {
      // The halo of an axis that is not split is the user's own.
      readable[axis] = allocated[axis]
    }

    let rowAxis = descriptor.rowAxis
    whole = allocated
    // The processor reaches nothing of a device's memory; that costs no question where it reaches all.
    let nothing = Reach(
      Box<Rank>(lower: perAxis { _ in 0 }, upper: perAxis { _ in 0 }), rowAxis: rowAxis)
    reaches =
      descriptor.device != nil
      ? [nothing, nothing, nothing]
      : [
        Reach(allocated, rowAxis: rowAxis), Reach(readable, rowAxis: rowAxis),
        Reach(
          Box<Rank>(lower: perAxis { quiet[$0].lowerBound }, upper: perAxis { quiet[$0].upperBound }),
          rowAxis: rowAxis),
      ]
    strides = perAxis { descriptor.strides[$0] / descriptor.dtype.size }
    self.rowAxis = rowAxis
    self.owned = owned
    self.stagger = stagger
    gridAxes = perAxis { axes[$0].gridAxis ?? -1 }
    globalOrigin = perAxis { axis in axes[axis].gridAxis.map { block.cells[$0].lowerBound } ?? 0 }
    globalPeriod = perAxis { axis in
      guard case .grid(let gridAxis, staggered: true) = axes[axis], block.periodic[gridAxis] else {
        return .max
      }
      return block.gridExtents[gridAxis]
    }
  }

  /// What may be touched while no exchange is in flight.
  @inlinable var allocated: Reach<Rank> { reaches[0] }
  /// What may be read in flight.
  @inlinable var readable: Reach<Rank> { reaches[1] }
  /// The points that no message of an exchange carries: what may be written in flight.
  @inlinable var quiet: Reach<Rank> { reaches[2] }

  @inlinable
  func globalIndex(of point: InlineArray<Rank, Int>) -> InlineArray<Rank, Int> {
    var global = point
    for axis in 0..<Rank { global[axis] = globalIndex(of: point[axis], along: axis) }
    return global
  }

  @inlinable
  func globalIndex(of point: Int, along axis: Int) -> Int {
    let index = point + globalOrigin[axis]
    return index == globalPeriod[axis] ? 0 : index
  }
}
