import CubedSphereOracle
import Testing
import Topology

@Suite struct CubedSphereLinkTests {
  private struct Point: Hashable {
    let row, column: Int
  }

  private static let staggerings = [[false, false], [true, false], [false, true], [true, true]]

  /// Points a side, layout, ranks, halo: square and not, even and not, one rank with all blocks and one each.
  private static let cases: [(Int, [Int], Int, [HaloSides])] = [
    (6, [1, 1], 6, [3, 3]),
    (6, [1, 1], 1, [6, 6]),
    (5, [1, 1], 2, [HaloSides(lower: 2, upper: 1), HaloSides(lower: 0, upper: 3)]),
    (6, [2, 2], 24, [3, 2]),
    (6, [3, 3], 54, [2, 2]),
    (6, [2, 3], 6, [2, 2]),
    (6, [3, 1], 9, [2, 1]),
    (7, [2, 3], 1, [2, 2]),
    (7, [3, 2], 36, [HaloSides(lower: 1, upper: 2), HaloSides(lower: 2, upper: 0)]),
    (8, [3, 3], 18, [2, 2]),
    (11, [4, 1], 8, [2, 2]),
    (11, [1, 5], 30, [2, 1]),
    (9, [2, 4], 3, [2, 2]),
    (13, [5, 3], 10, [2, HaloSides(lower: 1, upper: 2)]),
  ]

  /// Every halo point of every block, at every depth, in all four staggerings, against the table over whole tiles; so
  /// that any layout gives the halos of one block a tile.
  @Test(arguments: cases, [Stencil.box, .star])
  func receivedPointsAreTheTables(
    _ problem: (points: Int, layout: [Int], ranks: Int, halo: [HaloSides]), _ stencil: Stencil
  ) throws {
    let sphere = try CubedSphereTopology(
      pointsPerSide: problem.points, layout: problem.layout, ranks: problem.ranks)
    let oracle = CubedSphereOracle(pointsPerSide: problem.points)
    let all = try Self.staggerings.map { staggered in
      try AllLinks(of: sphere) {
        try sphere.links(of: $0, halo: problem.halo, stencil: stencil, staggered: staggered)
      }
    }
    for (number, staggered) in Self.staggerings.enumerated() {
      let links = all[number]
      let turned = all[Self.staggerings.firstIndex(of: staggered.reversed()) ?? number]
      for block in 0..<sphere.blockCount {
        let (rank, place) = sphere.owner(ofBlock: block)
        var sources: [Point: CubedSphereOracle.Source] = [:]
        for link in links.receiving(on: rank, block: place) {
          let sender = try (link.quarterTurns % 2 == 0 ? links : turned).otherEnd(of: link, on: rank)
          let origin = sphere.owned(byBlock: sphere.blocks(of: link.peer).lowerBound + link.peerBlock)
          let tile = sphere.tile(ofBlock: sphere.blocks(of: link.peer).lowerBound + link.peerBlock)
          let stagger = link.quarterTurns % 2 == 0 ? staggered : staggered.reversed()
          for axis in 0...1 {
            let held = 0..<(origin[axis].count + (stagger[axis] ? 1 : 0))
            #expect(held.contains(sender.send[axis]), "\(sender) sends what it does not hold")
          }
          try Self.forEachPair(sender, link) { from, to in
            let source = CubedSphereOracle.Source(
              tile: tile, row: from.row + origin[0].lowerBound, column: from.column + origin[1].lowerBound,
              turns: sender.quarterTurns)
            #expect(sources.updateValue(source, forKey: to) == nil, "\(to) is received twice")
          }
        }
        Self.check(
          sources, of: block, sphere, oracle, halo: problem.halo, stencil: stencil, staggered: staggered)
      }
    }
  }

  /// The points of the send box, each with the one of the receive box where its value arrives.
  private static func forEachPair(
    _ sender: Link, _ receiver: Link, _ body: (_ from: Point, _ to: Point) -> Void
  ) throws {
    let (rows, columns) = (sender.send[0].count, sender.send[1].count)
    let isTurned = sender.quarterTurns % 2 == 1
    let shape = isTurned ? [columns, rows] : [rows, columns]
    try #require(receiver.receive.map(\.count) == shape, "\(sender) and \(receiver)")
    for j in 0..<rows {
      for i in 0..<columns {
        let (row, column) =
          switch sender.quarterTurns {
          case 1: (columns - 1 - i, j)
          case 2: (rows - 1 - j, columns - 1 - i)
          case 3: (i, rows - 1 - j)
          default: (j, i)
          }
        body(
          Point(row: sender.send[0].lowerBound + j, column: sender.send[1].lowerBound + i),
          Point(row: receiver.receive[0].lowerBound + row, column: receiver.receive[1].lowerBound + column))
      }
    }
  }

  private static func check(
    _ sources: [Point: CubedSphereOracle.Source], of block: Int, _ sphere: CubedSphereTopology,
    _ oracle: CubedSphereOracle, halo: [HaloSides], stencil: Stencil, staggered: [Bool]
  ) {
    let owned = sphere.owned(byBlock: block)
    let points = (0...1).map { owned[$0].count + (staggered[$0] ? 1 : 0) }
    var checked = 0
    for row in -halo[0].lower..<(points[0] + halo[0].upper) {
      for column in -halo[1].lower..<(points[1] + halo[1].upper) {
        let point = Point(row: row, column: column)
        let isInRows = (0..<points[0]).contains(row), isInColumns = (0..<points[1]).contains(column)
        var expected: CubedSphereOracle.Source?
        if !(isInRows && isInColumns), stencil == .box || isInRows || isInColumns {
          expected = oracle.source(
            tile: sphere.tile(ofBlock: block), row: row + owned[0].lowerBound,
            column: column + owned[1].lowerBound, staggered: staggered)
        }
        if sources[point] != expected {
          Issue.record(
            "block \(block), \(point), staggered \(staggered): expected \(String(describing: expected)), found \(String(describing: sources[point]))"
          )
          return
        }
        if expected != nil { checked += 1 }
      }
    }
    #expect(sources.count == checked, "nothing outside the halo is received")
  }

  // MARK: - Directions

  /// A side that faces several blocks has a link for each, told apart by their parts.
  @Test func sidesThatFaceSeveralBlocks() throws {
    let sphere = try CubedSphereTopology(pointsPerSide: 6, layout: [1, 3], ranks: 18)
    // The middle block of tile 0: north of it, across a turned edge, the only row of blocks of tile 2.
    let north = try sphere.links(of: 1, halo: [1, 1], stencil: .star).filter { $0.direction.steps == [1, 0] }
    #expect(north.map(\.peer) == [6])
    // And the other way round, three blocks along the west of tile 2.
    let west = try sphere.links(of: 6, halo: [1, 1], stencil: .star).filter { $0.direction.steps == [0, -1] }
    #expect(west.map(\.direction.part) == [0, 1, 2])
    #expect(west.map(\.peer) == [2, 1, 0])
    #expect(west.map(\.receive) == [[0..<2, -1..<0], [2..<4, -1..<0], [4..<6, -1..<0]])
    #expect(west.map(\.quarterTurns) == [3, 3, 3])
    #expect(north.map(\.quarterTurns) == [1])
  }

  @Test func directionsOfABlockAreAllDifferent() throws {
    for (points, layout, ranks, halo) in Self.cases {
      let sphere = try CubedSphereTopology(pointsPerSide: points, layout: layout, ranks: ranks)
      for rank in 0..<ranks {
        let links = try sphere.links(of: rank, halo: halo, stencil: .box)
        for block in 0..<sphere.blocksPerRank {
          let directions = links.filter { $0.block == block }.map(\.direction)
          #expect(Set(directions).count == directions.count)
          #expect(directions == directions.sorted())
        }
      }
    }
  }

  @Test func linksWithoutCellsAreLeftOut() throws {
    let sphere = try CubedSphereTopology(pointsPerSide: 8, layout: [2, 2], ranks: 24)
    #expect(try sphere.links(of: 0, halo: [0, 0], stencil: .box).isEmpty)
  }

  // MARK: - Shared points

  /// Each point that two blocks hold comes once, from the block that has it as its first row or column.
  @Test(arguments: cases)
  func sharedPointsComeFromTheBlockAbove(
    _ problem: (points: Int, layout: [Int], ranks: Int, halo: [HaloSides])
  ) throws {
    let sphere = try CubedSphereTopology(
      pointsPerSide: problem.points, layout: problem.layout, ranks: problem.ranks)
    let oracle = CubedSphereOracle(pointsPerSide: problem.points)
    for staggered in [[true, false], [false, true]] {
      let axis = staggered[0] ? 0 : 1
      let links = try AllLinks(of: sphere) { rank in
        try sphere.blocks(of: rank).flatMap {
          try sphere.sharedPointLinks(ofBlock: $0, staggered: staggered)
        }
      }
      let turned = try AllLinks(of: sphere) { rank in
        try sphere.blocks(of: rank).flatMap {
          try sphere.sharedPointLinks(ofBlock: $0, staggered: staggered.reversed())
        }
      }
      for block in 0..<sphere.blockCount {
        let (rank, place) = sphere.owner(ofBlock: block)
        let owned = sphere.owned(byBlock: block)
        var received: Set<Point> = []
        for link in links.receiving(on: rank, block: place) {
          let isTurned = link.quarterTurns % 2 == 1
          let sender = try (isTurned ? turned : links).otherEnd(of: link, on: rank)
          let theirs = sphere.blocks(of: link.peer).lowerBound + link.peerBlock
          let origin = sphere.owned(byBlock: theirs)
          try Self.forEachPair(sender, link) { from, to in
            #expect(received.insert(to).inserted)
            #expect((isTurned ? [from.column, from.row] : [from.row, from.column])[axis] == 0)
            // The neighbour's first point lies one before what the halo's first would be filled from.
            let beyond = oracle.source(
              tile: sphere.tile(ofBlock: block), row: to.row + owned[0].lowerBound + (axis == 0 ? 1 : 0),
              column: to.column + owned[1].lowerBound + (axis == 1 ? 1 : 0), staggered: staggered)
            let across = isTurned ? 1 - axis : axis
            #expect(
              beyond
                == CubedSphereOracle.Source(
                  tile: sphere.tile(ofBlock: theirs),
                  row: from.row + origin[0].lowerBound + (across == 0 ? 1 : 0),
                  column: from.column + origin[1].lowerBound + (across == 1 ? 1 : 0),
                  turns: sender.quarterTurns))
          }
        }
        let last = owned[axis].count
        let expected = (0..<owned[1 - axis].count).map {
          axis == 0 ? Point(row: last, column: $0) : Point(row: $0, column: last)
        }
        #expect(received == Set(expected))
      }
    }
  }
}

/// The links of all ranks, to find the two ends of each.
private struct AllLinks {
  private struct End: Hashable {
    let rank, block: Int
    let direction: LinkDirection
  }

  private var ends: [End: [Link]] = [:]
  private var receivers: [[Int]: [Link]] = [:]

  init(of sphere: CubedSphereTopology, _ links: (Int) throws -> [Link]) rethrows {
    for rank in 0..<sphere.rankCount {
      for link in try links(rank) {
        ends[End(rank: rank, block: link.block, direction: link.direction), default: []].append(link)
        if link.receive.contains(where: \.isEmpty) { continue }
        receivers[[rank, link.block], default: []].append(link)
      }
    }
  }

  func receiving(on rank: Int, block: Int) -> [Link] { receivers[[rank, block]] ?? [] }

  /// The one link of the peer that describes the same pair.
  func otherEnd(of link: Link, on rank: Int) throws -> Link {
    let others = ends[End(rank: link.peer, block: link.peerBlock, direction: link.peerDirection)] ?? []
    #expect(others.count == 1, "\(link) has one other end")
    let end = try #require(others.first)
    #expect((end.peer, end.peerBlock) == (rank, link.block))
    #expect(end.peerDirection == link.direction)
    #expect((end.quarterTurns + link.quarterTurns) % 4 == 0)
    return end
  }
}

extension Range<Int> {
  fileprivate func contains(_ other: Range<Int>) -> Bool {
    lowerBound <= other.lowerBound && other.upperBound <= upperBound
  }
}
