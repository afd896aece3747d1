import Topology

/// A box of cells, split into those that can be computed while messages travel and the rest.
struct BoxSplit<let Rank: Int> {
  /// What a kernel as wide as the widest halo computes from owned cells alone.
  let interior: Box<Rank>
  /// The other cells, in slabs.
  let boundary: [Box<Rank>]

  init(_ owned: Box<Rank>, for halos: [[HaloSides]]) {
    let below = InlineArray<Rank, Int> { axis in halos.map { $0[axis].lower }.max() ?? 0 }
    let above = InlineArray<Rank, Int> { axis in halos.map { $0[axis].upper }.max() ?? 0 }
    let interior = owned.inset(lower: below, upper: above)
    // Slow axes first, so that most boundary cells lie in slabs of whole rows.
    var rest = owned
    var slabs: [Box<Rank>] = []
    for axis in 0..<Rank {
      for range in [rest.lower[axis]..<interior.lower[axis], interior.upper[axis]..<rest.upper[axis]] {
        var slab = rest
        slab[axis] = range
        if !slab.isEmpty { slabs.append(slab) }
      }
      rest[axis] = interior[axis]
    }
    (self.interior, boundary) = (interior, slabs)
  }
}
