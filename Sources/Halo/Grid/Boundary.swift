public import Topology

/// Where one block of a rank meets another one: what of a field crosses there, and what comes back.
///
/// ```swift
/// for boundary in try grid.boundaries(of: height) {
///   print(boundary)             // from rank 0 to rank 4 at [0, -1], turned 3 × 90°: sends …, receives …
///   let leaving = height.strided(boundary.send)
/// }
/// ```
public struct Boundary<let Rank: Int>: Sendable, CustomStringConvertible {
  /// The rank that asks, and which of its blocks the boundary is one of.
  public let from: (rank: Int, block: Int)
  /// The rank behind the boundary, and which of its blocks meets it.
  public let to: (rank: Int, block: Int)
  /// On which side of the block the boundary lies.
  public let direction: LinkDirection
  /// By how many quarter turns what leaves is turned clockwise to lie as the other block's values do, seen as on a
  /// map; what comes back is turned as often anticlockwise.
  public let quarterTurns: Int
  /// The owned points of the field that leave, for `strided(_:)`; empty where none do.
  public let send: Box<Rank>
  /// The halo points of the field that are filled, for `mutableStrided(_:)`; empty where none are.
  public let receive: Box<Rank>

  /// Both ends, the turns and the boxes in one line.
  public var description: String {
    func name(_ end: (rank: Int, block: Int)) -> String { "rank \(end.rank) block \(end.block)" }
    func ranges(_ box: Box<Rank>) -> String { (0..<Rank).map { box[$0] }.boxDescription }
    return "from \(name(from)) to \(name(to)) at \(direction), turned \(quarterTurns) × 90°: "
      + "sends \(ranges(send)), receives \(ranges(receive))"
  }
}

extension HaloGrid {
  /// The boundaries of the block that a field covers, as an update sees them.
  ///
  /// - Parameters:
  ///   - field: A field on one of this rank's blocks.
  ///   - stencil: Which neighbours take part.
  /// - Returns: In order of direction.
  /// - Throws: `HaloError.topology` if the field's halo does not fit the grid.
  public func boundaries<Element, let Rank: Int>(
    of field: borrowing Field<Element, Rank>, stencil: Stencil = .box
  ) throws(HaloError) -> [Boundary<Rank>] {
    let descriptor = field.storage.descriptor
    let (links, countPoints) = try links(LinkRequest(descriptor, onGridOf: axisCount), stencil: stencil)
    return links.compactMap { link in
      guard let boxes = descriptor.boxes(of: link, countingPoints: countPoints) else { return nil }
      return Boundary(
        from: (communicator.rank, link.block), to: (link.peer, link.peerBlock), direction: link.direction,
        quarterTurns: link.quarterTurns, send: Box(boxes.send), receive: Box(boxes.receive))
    }
  }
}

extension Box {
  fileprivate init(_ ranges: [Range<Int>]) {
    self.init(
      lower: InlineArray { ranges[$0].lowerBound }, upper: InlineArray { ranges[$0].upperBound })
  }
}
