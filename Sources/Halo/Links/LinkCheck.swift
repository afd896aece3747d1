import Topology

/// Whether the links of one block can be what they say for one field, as far as this rank can tell.
struct LinkCheck {
  private let rank: Int
  private let rankCount: Int
  private let axisCount: Int
  private let field: String
  private let descriptor: FieldDescriptor
  private let fillsOwnedCells: Bool
  private let linksCountPoints: Bool
  /// The links that are fine, and the points that they fill.
  private var accepted: [(link: Link, receive: [Range<Int>])] = []

  init(field: String, _ descriptor: FieldDescriptor, on grid: some HaloGrid, linksCountPoints: Bool) {
    rank = grid.communicator.rank
    rankCount = grid.communicator.size
    axisCount = grid.axisCount
    fillsOwnedCells = grid.fillsOwnedCells
    self.linksCountPoints = linksCountPoints
    self.field = field
    self.descriptor = descriptor
  }

  /// Looks at one more link of the block.
  ///
  /// - Returns: What it carries of the field, or `nil` if it does not concern it.
  /// - Throws: `HaloError.linkMismatch` if it leads nowhere, a box lies outside the field, it fills an owned point or
  ///   one that another link fills, or bears the name of another.
  mutating func add(_ link: Link) throws(HaloError) -> FieldDescriptor.LinkBoxes? {
    func refuse(_ property: String, _ expected: String, _ found: String) -> HaloError {
      .linkMismatch(
        LinkMismatch(
          rank: rank, peer: link.peer, link: link.label, field: field, property: property, expected: expected,
          found: found))
    }
    guard (0..<rankCount).contains(link.peer) else {
      throw refuse("peer", "a rank below \(rankCount)", "\(link.peer)")
    }
    for (name, box) in [("send box", link.send), ("receive box", link.receive)] {
      guard box.count == axisCount else { throw refuse(name, "\(axisCount) ranges", "\(box.boxDescription)") }
    }
    let steps = link.direction.steps
    guard steps.isEmpty || steps.count == axisCount && steps.allSatisfy((-1...1).contains) else {
      throw refuse("direction", "\(axisCount) steps of -1, 0 or 1, or a name", "\(steps)")
    }
    if accepted.contains(where: { $0.link.direction == link.direction }) {
      throw refuse("name", "one that no other link of the block has", "\(link.direction) twice")
    }
    if link.quarterTurns != 0, axisCount < 2 {
      throw refuse("quarter turns", "0 along one axis", "\(link.quarterTurns)")
    }
    guard tellsSide(link) else {
      throw refuse(
        "name", "steps along the axes, as in [0, 1], where nothing is received that tells the side of points",
        "\(link.direction)")
    }
    guard let boxes = descriptor.boxes(of: link, countingPoints: linksCountPoints) else { return nil }
    if !link.quarterTurns.isMultiple(of: 2), !hasPlaneOfTurns {
      throw refuse(
        "quarter turns", "an even number for a field without both turned axes", "\(link.quarterTurns)")
    }
    let owned = descriptor.extents.map { 0..<$0 }
    guard boxes.send.lies(in: owned) else {
      throw refuse(
        "send box", "within the owned points \(owned.boxDescription)", "\(boxes.send.boxDescription)")
    }
    let allocated = owned.indices.map {
      -descriptor.haloBelow[$0]..<owned[$0].upperBound + descriptor.haloAbove[$0]
    }
    guard boxes.receive.lies(in: allocated) else {
      throw refuse(
        "receive box", "within the field and its halo \(allocated.boxDescription)",
        "\(boxes.receive.boxDescription)")
    }
    guard fillsOwnedCells || !boxes.receive.overlaps(owned) else {
      throw refuse(
        "receive box", "halo points only, none of \(owned.boxDescription)", "\(boxes.receive.boxDescription)")
    }
    if let other = accepted.first(where: { $0.receive.overlaps(boxes.receive) }) {
      throw refuse(
        "receive box", "no point that link \(other.link.label) fills with \(other.receive.boxDescription)",
        "\(boxes.receive.boxDescription)")
    }
    accepted.append((link, boxes.receive))
    return boxes
  }

  /// Whether it is known on which side of the block a link lies, or all the same: cells are sent as the box says, points
  /// of a staggered axis from beside the one that both blocks have.
  private func tellsSide(_ link: Link) -> Bool {
    !link.direction.steps.isEmpty || link.receive.hasCells || !link.send.hasCells
      || (0..<axisCount).allSatisfy { gridAxis in
        descriptor.axis(ofGrid: gridAxis).map { !descriptor.axes[$0].isStaggered } ?? false
      }
  }

  private var hasPlaneOfTurns: Bool {
    descriptor.axis(ofGrid: axisCount - 2) != nil && descriptor.axis(ofGrid: axisCount - 1) != nil
  }
}

extension Link {
  /// How errors call it.
  var label: String { block == 0 ? "\(direction)" : "\(direction) of block \(block)" }
}

extension [Range<Int>] {
  fileprivate var hasCells: Bool { !contains(where: \.isEmpty) }

  /// Whether a box has a cell, and shares one with another.
  func overlaps(_ other: [Range<Int>]) -> Bool {
    hasCells && other.hasCells && zip(self, other).allSatisfy { $0.overlaps($1) }
  }

  /// Whether all cells of a box, if it has any, are those of another.
  fileprivate func lies(in other: [Range<Int>]) -> Bool {
    !hasCells
      || zip(self, other).allSatisfy { $1.lowerBound <= $0.lowerBound && $0.upperBound <= $1.upperBound }
  }
}
