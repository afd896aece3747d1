import Testing
import Topology

@Suite struct CubedSphereTopologyTests {
  @Test func blocksAreDealtInOrder() throws {
    let sphere = try CubedSphereTopology(pointsPerSide: 48, layout: [2, 3], ranks: 12)
    #expect(sphere.blockCount == 36 && sphere.blocksPerTile == 6 && sphere.blocksPerRank == 3)
    #expect(sphere.blocks(of: 1) == 3..<6)
    #expect(sphere.owner(ofBlock: 5) == (rank: 1, block: 2))
    #expect(sphere.tile(ofBlock: 6) == 1)
    #expect(sphere.coordinates(ofBlock: 10) == [1, 1])
    #expect(sphere.owned(byBlock: 4) == [24..<48, 16..<32])
  }

  @Test func unevenSplitsGiveTheFirstBlocksMore() throws {
    let sphere = try CubedSphereTopology(pointsPerSide: 10, layout: [4, 1], ranks: 24)
    #expect((0..<4).map { sphere.owned(byBlock: $0)[0] } == [0..<3, 3..<6, 6..<8, 8..<10])
  }

  /// The fewest blocks that every rank can have equally many of, as square as may be.
  @Test(arguments: [
    (1, [1, 1]), (2, [1, 1]), (3, [1, 1]), (4, [2, 1]), (5, [5, 1]), (6, [1, 1]), (8, [2, 2]), (12, [2, 1]),
    (24, [2, 2]), (36, [3, 2]), (54, [3, 3]), (9, [3, 1]),
  ])
  func chosenLayouts(ranks: Int, expected: [Int]) throws {
    let sphere = try CubedSphereTopology(pointsPerSide: 12, ranks: ranks)
    #expect(sphere.layout == expected)
    #expect(sphere.blocksPerRank * ranks == sphere.blockCount)
  }

  @Test func everyPointHasOneOwner() throws {
    let sphere = try CubedSphereTopology(pointsPerSide: 7, layout: [3, 2], ranks: 4)
    var owners: [[Int]: Int] = [:]
    for rank in 0..<4 {
      for block in sphere.blocks(of: rank) {
        #expect(sphere.owner(ofBlock: block).rank == rank)
        let owned = sphere.owned(byBlock: block)
        for j in owned[0] {
          for i in owned[1] {
            #expect(owners.updateValue(block, forKey: [sphere.tile(ofBlock: block), j, i]) == nil)
          }
        }
      }
    }
    #expect(owners.count == 6 * 7 * 7)
  }
}

@Suite struct CubedSphereErrorTests {
  private func error(_ points: Int, _ layout: [Int]?, _ ranks: Int) -> TopologyError? {
    do throws(TopologyError) {
      _ = try CubedSphereTopology(pointsPerSide: points, layout: layout, ranks: ranks)
      return nil
    } catch {
      return error
    }
  }

  @Test func badLayouts() {
    #expect(error(0, [1, 1], 6) == .emptyExtent(axis: 0, found: 0))
    #expect(error(8, [1], 6) == .wrongLength(of: "layout", expected: 2, found: 1))
    #expect(error(8, [1, 1, 1], 6) == .wrongLength(of: "layout", expected: 2, found: 3))
    #expect(error(8, [0, 1], 6) == .layoutDoesNotFit(layout: [0, 1], tile: [8, 8]))
    #expect(error(8, [2, 9], 6) == .layoutDoesNotFit(layout: [2, 9], tile: [8, 8]))
    #expect(error(8, [.max, .max], 6) == .layoutDoesNotFit(layout: [.max, .max], tile: [8, 8]))
    #expect(error(.max, nil, 6) == .tooManyPoints(extents: [6, .max, .max]))
  }

  @Test func badRankCounts() {
    #expect(error(8, [1, 1], 0) == .noRanks(found: 0))
    #expect(error(8, [1, 1], 4) == .unevenBlocks(blocks: 6, ranks: 4))
    #expect(error(8, [1, 1], 7) == .unevenBlocks(blocks: 6, ranks: 7))
    #expect(error(8, [2, 2], 48) == .unevenBlocks(blocks: 24, ranks: 48))
    #expect(error(1, nil, 7) == .moreRanksThanPoints(ranks: 7, points: 6))
    #expect(error(4, nil, 5) == .noFittingLayout(ranks: 5, tile: [4, 4]))
    #expect(error(8, nil, .max) == .moreRanksThanPoints(ranks: .max, points: 384))
  }

  @Test func badHalos() throws {
    let sphere = try CubedSphereTopology(pointsPerSide: 10, layout: [1, 4], ranks: 3)
    // A turned edge brings the rows' halo out of the columns of a neighbour.
    #expect(throws: TopologyError.haloWiderThanBlock(axis: 0, halo: 3, block: 2, rank: 0)) {
      try sphere.links(of: 2, halo: [3, 1], stencil: .star)
    }
    #expect(throws: TopologyError.wrongLength(of: "halo widths", expected: 2, found: 1)) {
      try sphere.check(halo: [1])
    }
    #expect(throws: TopologyError.wrongLength(of: "staggered axes", expected: 2, found: 3)) {
      try sphere.links(of: 0, halo: [1, 1], stencil: .box, staggered: [true, false, true])
    }
    #expect(throws: TopologyError.notStaggeredAlongOneAxis(found: [true, true])) {
      try sphere.sharedPointLinks(ofBlock: 0, staggered: [true, true])
    }
  }

  @Test func descriptionsAreOneLine() {
    let errors: [TopologyError] = [
      .layoutDoesNotFit(layout: [2, 9], tile: [8, 8]), .noFittingLayout(ranks: 5, tile: [4, 4]),
      .unevenBlocks(blocks: 6, ranks: 7), .notStaggeredAlongOneAxis(found: [true, true]),
    ]
    for error in errors {
      #expect(!error.description.contains("\n"))
      #expect(error.description.count > 20)
    }
    #expect(
      TopologyError.unevenBlocks(blocks: 6, ranks: 7).description
        == "6 blocks, six tiles of a layout, cannot be dealt evenly to 7 ranks: run with a number of ranks that "
        + "divides 6 or choose another layout")
  }
}

@Suite struct TileTopologyTests {
  @Test func aTileIsACartesianGridOfRowsAndColumns() throws {
    let tile = try TileTopology(rows: 6, columns: 9, layout: [1, 3], periodic: true, ranks: 3)
    let same = try CartesianTopology(
      extents: [6, 9], periodic: [true, true], ranks: 3, processGrid: [1, 3])
    #expect(tile == same)
    #expect(tile.owned(by: 2) == [0..<6, 6..<9])
  }
}
