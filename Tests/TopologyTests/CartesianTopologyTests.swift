import Testing
import Topology

@Suite struct CartesianTopologyTests {
  @Test(arguments: [
    ([91, 120], 1, [1, 1]), ([91, 120], 2, [1, 2]), ([91, 120], 4, [1, 4]), ([91, 120], 6, [2, 3]),
    ([64, 64, 64], 2, [2, 1, 1]), ([64, 64, 64], 8, [2, 2, 2]), ([1, 1, 100], 7, [1, 1, 7]),
    ([8, 8, 8, 8], 16, [2, 2, 2, 2]), ([1000], 13, [13]), ([2, 3], 6, [2, 3]),
  ])
  func leastSurface(extents: [Int], ranks: Int, expected: [Int]) throws {
    let topology = try CartesianTopology(
      extents: extents, periodic: extents.map { _ in true }, ranks: ranks)
    #expect(topology.processGrid == expected)
    #expect(topology.rankCount == ranks)
  }

  /// Without periodic axes no rank of a 2 × 2 grid has more than two cut faces.
  @Test func openEdgesCostNothing() throws {
    let topology = try CartesianTopology(extents: [91, 120], periodic: [false, false], ranks: 4)
    #expect(topology.processGrid == [2, 2])
  }

  /// The chosen grid against every other one, by a count of the cut faces that shares nothing with the choice.
  @Test func noOtherGridHasLessSurface() throws {
    for ranks in 1...24 {
      for extents in [[37, 50], [20, 20, 20], [7, 90, 31], [24, 24, 79]] {
        guard
          let topology = try? CartesianTopology(
            extents: extents, periodic: extents.map { _ in false }, ranks: ranks)
        else { continue }
        let chosen = cutPoints(topology)
        for other in allGrids(ranks, axes: extents.count) {
          guard zip(other, extents).allSatisfy({ $0 <= $1 }) else { continue }
          let rival = try CartesianTopology(
            extents: extents, periodic: extents.map { _ in false }, ranks: ranks, processGrid: other)
          #expect(chosen <= cutPoints(rival), "\(extents) over \(ranks): \(topology.processGrid) \(other)")
        }
      }
    }
  }

  /// Points on the cut faces of the rank that has most of them.
  private func cutPoints(_ topology: CartesianTopology) -> Int {
    let widest = topology.owned(by: 0).map(\.count)
    return (0..<topology.rankCount).map { rank in
      let here = topology.coordinates(of: rank)
      var points = 0
      for axis in 0..<topology.axisCount {
        for step in [-1, 1] {
          var there = here
          there[axis] += step
          guard let peer = topology.rank(at: there), peer != rank else { continue }
          points += widest.indices.filter { $0 != axis }.map { widest[$0] }.reduce(1, *)
        }
      }
      return points
    }.max() ?? 0
  }

  private func allGrids(_ ranks: Int, axes: Int) -> [[Int]] {
    if axes == 1 { return [[ranks]] }
    return (1...ranks).filter { ranks % $0 == 0 }.flatMap { first in
      allGrids(ranks / first, axes: axes - 1).map { [first] + $0 }
    }
  }

  @Test func everyPointHasOneOwner() throws {
    for (extents, ranks) in [([91, 120], 6), ([7, 5, 3], 4), ([13], 5), ([3, 4, 5, 2], 12)] {
      let topology = try CartesianTopology(
        extents: extents, periodic: extents.map { _ in false }, ranks: ranks)
      var owners: [[Int]: Int] = [:]
      for rank in 0..<ranks {
        #expect(topology.rank(at: topology.coordinates(of: rank)) == rank)
        for point in points(of: topology.owned(by: rank)) {
          #expect(owners.updateValue(rank, forKey: point) == nil)
        }
      }
      #expect(owners.count == extents.reduce(1, *))
    }
  }

  @Test func unevenSplitGivesTheFirstRanksMore() throws {
    let topology = try CartesianTopology(extents: [10], periodic: [false], ranks: 4)
    #expect((0..<4).map { topology.owned(by: $0) } == [[0..<3], [3..<6], [6..<8], [8..<10]])
  }

  @Test func ranksVaryFastestOnTheLastAxis() throws {
    let topology = try CartesianTopology(
      extents: [8, 8], periodic: [true, false], ranks: 6, processGrid: [2, 3])
    #expect(topology.coordinates(of: 4) == [1, 1])
    #expect(topology.rank(at: [-1, 2]) == 5)
    #expect(topology.rank(at: [2, 0]) == 0)
    #expect(topology.rank(at: [0, 3]) == nil)
    #expect(topology.rank(at: [0, -1]) == nil)
  }

  private func points(of box: [Range<Int>]) -> [[Int]] {
    box.reduce([[]]) { heads, range in heads.flatMap { head in range.map { head + [$0] } } }
  }
}

@Suite struct LinkTests {
  /// Every halo cell that has an owner is received exactly once, from its owner, and at the place in the message
  /// where the owner put it.
  @Test(arguments: [Stencil.star, .box])
  func receivedCellsAreTheOwnersCells(stencil: Stencil) throws {
    let cases: [([Int], [Bool], Int, [HaloSides])] = [
      ([12, 9], [true, false], 6, [2, 1]),
      ([5, 8], [true, true], 2, [HaloSides(lower: 2, upper: 1), HaloSides(lower: 0, upper: 3)]),
      ([6, 6, 6], [true, true, true], 1, [1, 2, 3]),
      ([7, 6, 5], [false, true, true], 4, [1, 1, 2]),
      ([11], [true], 2, [3]),
      ([11], [true], 1, [HaloSides(lower: 3, upper: 0)]),
      ([4, 3, 4, 3], [true, false, true, true], 4, [1, 1, 0, 1]),
    ]
    for (extents, periodic, ranks, halo) in cases {
      let topology = try CartesianTopology(extents: extents, periodic: periodic, ranks: ranks)
      for rank in 0..<ranks {
        var sources: [[Int]: (rank: Int, cell: [Int])] = [:]
        for link in try topology.links(of: rank, halo: halo, stencil: stencil) {
          let reply = try topology.links(of: link.peer, halo: halo, stencil: stencil)
            .filter { $0.peer == rank && $0.direction == link.peerDirection }
          #expect(reply.count == 1)
          let received = cells(of: link.receive)
          let sent = cells(of: try #require(reply.first).send)
          #expect(received.count == sent.count)
          for (cell, source) in zip(received, sent) {
            #expect(sources.updateValue((link.peer, source), forKey: cell) == nil, "received twice")
          }
        }
        checkAgainstGlobalIndices(topology, rank: rank, halo: halo, stencil: stencil, sources)
      }
    }
  }

  private func checkAgainstGlobalIndices(
    _ topology: CartesianTopology, rank: Int, halo: [HaloSides], stencil: Stencil,
    _ sources: [[Int]: (rank: Int, cell: [Int])]
  ) {
    let owned = topology.owned(by: rank)
    let padded = zip(owned, halo).map { -$1.lower..<($0.count + $1.upper) }
    for cell in cells(of: padded) {
      let outside = cell.indices.filter { cell[$0] < 0 || cell[$0] >= owned[$0].count }
      var global = cell.indices.map { cell[$0] + owned[$0].lowerBound }
      var exists = true
      for axis in global.indices {
        if topology.periodic[axis] {
          let extent = topology.extents[axis]
          global[axis] = ((global[axis] % extent) + extent) % extent
        } else if !(0..<topology.extents[axis]).contains(global[axis]) {
          exists = false
        }
      }
      let isFilled = exists && !outside.isEmpty && (stencil == .box || outside.count == 1)
      guard isFilled else {
        #expect(sources[cell] == nil, "\(cell) of rank \(rank) has no source")
        continue
      }
      guard let source = sources[cell] else {
        Issue.record("\(cell) of rank \(rank) is not received")
        continue
      }
      let theirs = topology.owned(by: source.rank)
      #expect(zip(theirs, source.cell).map { $0.lowerBound + $1 } == global)
      #expect(zip(theirs, source.cell).allSatisfy { (0..<$0.count).contains($1) }, "sends an owned cell")
    }
  }

  /// What carries nothing in either direction is no link.
  @Test func linksWithoutCellsAreLeftOut() throws {
    let topology = try CartesianTopology(
      extents: [8, 8], periodic: [true, true], ranks: 4, processGrid: [2, 2])
    #expect(try topology.links(of: 0, halo: [0, 0], stencil: .box).isEmpty)
    // Corners and one axis have none; along the other, one way sends and the other receives.
    let upwind = try topology.links(of: 0, halo: [HaloSides(lower: 1, upper: 0), 0], stencil: .box)
    #expect(upwind.map(\.direction) == [[-1, 0], [1, 0]])
  }

  private func cells(of box: [Range<Int>]) -> [[Int]] {
    box.reduce([[]]) { heads, range in heads.flatMap { head in range.map { head + [$0] } } }
  }
}

@Suite struct TopologyErrorTests {
  private func error(
    _ extents: [Int], _ periodic: [Bool], _ ranks: Int, _ processGrid: [Int]? = nil
  ) -> TopologyError? {
    do throws(TopologyError) {
      _ = try CartesianTopology(
        extents: extents, periodic: periodic, ranks: ranks, processGrid: processGrid)
      return nil
    } catch {
      return error
    }
  }

  @Test func badShapes() {
    #expect(error([], [], 1) == .unsupportedAxisCount(found: 0))
    #expect(error([2, 2, 2, 2, 2], [], 1) == .unsupportedAxisCount(found: 5))
    #expect(error([4, 0], [true, true], 1) == .emptyExtent(axis: 1, found: 0))
    #expect(error([-3], [true], 1) == .emptyExtent(axis: 0, found: -3))
    #expect(error([4, 4], [true], 1) == .wrongLength(of: "periodic flags", expected: 2, found: 1))
    #expect(error([.max, .max], [true, true], 1) == .tooManyPoints(extents: [.max, .max]))
  }

  @Test func badRankCounts() {
    #expect(error([4], [true], 0) == .noRanks(found: 0))
    #expect(error([4], [true], -2) == .noRanks(found: -2))
    #expect(error([2, 3], [true, true], 7) == .moreRanksThanPoints(ranks: 7, points: 6))
    #expect(error([5, 5], [true, true], 7) == .noFittingProcessGrid(ranks: 7, extents: [5, 5]))
  }

  @Test func badProcessGrids() {
    #expect(
      error([8, 8], [true, true], 6, [2, 2]) == .wrongProcessGrid(processGrid: [2, 2], expectedRanks: 6))
    #expect(
      error([8, 8], [true, true], 6, [6]) == .wrongLength(of: "process grid", expected: 2, found: 1))
    #expect(error([8, 8], [true, true], 0, [0, 3]) == .noRanks(found: 0))
    #expect(error([8, 8], [true, true], 6, [0, 3]) == .emptyProcessGrid(axis: 0, found: 0))
    #expect(error([8, 8], [true, true], 6, [-2, -3]) == .emptyProcessGrid(axis: 0, found: -2))
    #expect(error([8, 2], [true, true], 6, [2, 3]) == .axisOversplit(axis: 1, extent: 2, ranks: 3))
    #expect(
      error([8, 8], [true, true], 1, [.max, .max])
        == .wrongProcessGrid(processGrid: [.max, .max], expectedRanks: 1))
  }

  @Test func badHalos() throws {
    let topology = try CartesianTopology(
      extents: [10, 3], periodic: [false, false], ranks: 4, processGrid: [4, 1])
    #expect(throws: TopologyError.haloWiderThanBlock(axis: 0, halo: 3, block: 2, rank: 3)) {
      try topology.links(of: 0, halo: [3, 1], stencil: .star)
    }
    #expect(throws: TopologyError.wrongLength(of: "halo widths", expected: 2, found: 1)) {
      try topology.check(halo: [1])
    }
    #expect(throws: TopologyError.negativeHalo(axis: 0, found: -1)) {
      try HaloWidths(-1).resolved(axisCount: 2)
    }
    #expect(throws: TopologyError.wrongLength(of: "halo widths", expected: 3, found: 2)) {
      try HaloWidths([1, 2]).resolved(axisCount: 3)
    }
    // Towards no neighbour a halo may be wider than the block.
    try topology.check(halo: [2, 7])
  }

  @Test func descriptionsAreOneLine() {
    let errors: [TopologyError] = [
      .wrongLength(of: "x", expected: 1, found: 2), .unsupportedAxisCount(found: 5),
      .emptyExtent(axis: 0, found: 0), .tooManyPoints(extents: [1]), .negativeHalo(axis: 0, found: -1),
      .noRanks(found: 0), .moreRanksThanPoints(ranks: 2, points: 1),
      .noFittingProcessGrid(ranks: 7, extents: [2]), .emptyProcessGrid(axis: 0, found: 0),
      .wrongProcessGrid(processGrid: [.max, .max], expectedRanks: 1),
      .axisOversplit(axis: 0, extent: 1, ranks: 2),
      .haloWiderThanBlock(axis: 0, halo: 3, block: 2, rank: 3),
    ]
    for error in errors {
      #expect(!error.description.contains("\n"))
      #expect(error.description.count > 20)
    }
    #expect(
      TopologyError.haloWiderThanBlock(axis: 0, halo: 3, block: 2, rank: 3).description
        == "axis 0: a halo of 3 is wider than the block of 2 points on rank 3: "
        + "use fewer ranks on this axis or a narrower halo")
  }
}
