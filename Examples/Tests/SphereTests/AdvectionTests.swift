import Foundation
import Halo
import Testing

@testable import sphere

/// The model alone, on ranks in this process.
@Suite struct AdvectionTests {
  private struct Result: Sendable {
    let before, after: Norms
  }

  /// Carries the bell for some days.
  private static func run(
    cells: Int, days: Double, tilt: Double = .pi / 4, layout: [Int]? = nil, ranks: Int = 1
  ) throws -> Result {
    let results = try LocalWorld(ranks: ranks).run { world -> Result? in
      let grid = try CubedSphereGrid(pointsPerSide: cells, layout: layout, over: world)
      let bell = CosineBell(tilt: tilt)
      var atmosphere = try Atmosphere(on: grid, bell: bell)
      let before = try atmosphere.gather()
      let seconds = days * CosineBell.secondsADay
      let steps = Int((seconds / (try atmosphere.longestStep())).rounded(.up))
      for _ in 0..<steps { try atmosphere.step(seconds: seconds / Double(steps)) }
      let after = try atmosphere.gather()
      guard let before, let after else { return nil }
      return Result(
        before: Norms(of: before, on: atmosphere.mesh, bell: bell, day: 0),
        after: Norms(of: after, on: atmosphere.mesh, bell: bell, day: days))
    }
    return try #require(results.compactMap { $0 }.first)
  }

  /// Every layout on any number of ranks gives the same heights to the last bit.
  @Test(arguments: [
    (1, [1, 1]), (2, [3, 1]), (3, [1, 1]), (6, [1, 1]), (12, [1, 2]), (24, [2, 2]), (4, [2, 3]),
  ])
  func theSameBitsOnAnyNumberOfRanks(ranks: Int, layout: [Int]) throws {
    let alone = try Self.run(cells: 12, days: 1.5)
    let shared = try Self.run(cells: 12, days: 1.5, layout: layout, ranks: ranks)
    #expect(shared.after.checksum == alone.after.checksum)
  }

  /// Over two corners of the cube: nothing is lost, made, or lower or higher than it was, and finer cells are better.
  @Test func errorsFallWithTheSizeOfTheCells() throws {
    let coarse = try Self.run(cells: 24, days: 4.5), fine = try Self.run(cells: 48, days: 4.5)
    for result in [coarse, fine] {
      #expect(abs(result.after.mass / result.before.mass - 1) < 1e-13)
      // The flux at the edge of a tile is the other tile's, which may take a little more than there is.
      #expect(result.after.lowest > -0.01 && result.after.highest <= 1000)
    }
    let orders = [
      log2(coarse.after.l1 / fine.after.l1), log2(coarse.after.l2 / fine.after.l2),
      log2(coarse.after.lInfinity / fine.after.lInfinity),
    ]
    print("orders between 24 and 48 cells: l1 \(orders[0]), l2 \(orders[1]), l∞ \(orders[2])")
    #expect(orders.allSatisfy { $0 > 1 })
    #expect(fine.after.l2 < 0.13)
  }

  /// The wind neither gathers air nor thins it out.
  @Test func whatIsTheSameEverywhereStaysSo() throws {
    let spread = try LocalWorld(ranks: 2).run { world in
      let grid = try CubedSphereGrid(pointsPerSide: 8, over: world)
      var atmosphere = try Atmosphere(on: grid, bell: CosineBell(tilt: 0.3))
      for block in atmosphere.blocks { block.height.fillOwned { _ in 1 } }
      let seconds = try atmosphere.longestStep()
      for _ in 0..<20 { try atmosphere.step(seconds: seconds) }
      return try atmosphere.gather()?.map { abs($0 - 1) }.max() ?? 0
    }
    #expect(spread.allSatisfy { $0 < 1e-13 })
  }

  /// With the wind along the equator and over the poles, and over edges of the cube.
  @Test(arguments: [0, Double.pi / 2, Double.pi / 4]) func anyTiltWillDo(tilt: Double) throws {
    let result = try Self.run(cells: 16, days: 3, tilt: tilt)
    #expect(result.after.l2 < 0.5)
    #expect(abs(result.after.mass / result.before.mass - 1) < 1e-13)
  }
}

@Suite struct MeshTests {
  /// Lines go on across the edges as the library links the tiles: what arrives in the halo lies in line with the mesh.
  @Test func halosLieWhereTheLinksPutThem() throws {
    let mesh = Mesh(cellsPerSide: 8)
    try LocalWorld(ranks: 1).run { world in
      let grid = try CubedSphereGrid(pointsPerSide: 8, over: world)
      let places = try (0..<6).map { tile in
        try (0..<3).map { part in
          let field = SharedField(try Field<Double, 2>(on: grid, block: tile, halo: 2))
          for j in 0..<8 {
            for i in 0..<8 { field.field[j, i] = mesh.middle(tile: tile, row: j, column: i)[part] }
          }
          return field
        }
      }
      var all = Array(places.joined())
      var plan = try HaloPlan<2>(for: all, on: grid)
      try plan.exchange(&all)
      for (tile, parts) in places.enumerated() {
        func found(_ j: Int, _ i: Int) -> SIMD3<Double> {
          [parts[0].field[j, i], parts[1].field[j, i], parts[2].field[j, i]]
        }
        let frame = Mesh.frames[tile]
        for depth in 0..<2 {
          for k in 0..<8 {
            // The angle across the edge is the mesh's own; that along it is the neighbour's.
            for (cell, across) in [
              (found(k, -1 - depth), frame.alongRow), (found(k, 8 + depth), frame.alongRow),
              (found(-1 - depth, k), frame.alongColumn), (found(8 + depth, k), frame.alongColumn),
            ] {
              let angle = abs(atan(cell.dot(across) / cell.dot(frame.middle)))
              #expect(abs(angle - abs(mesh.angle(ofLine: Double(8 + depth) + 0.5))) < 1e-12)
              let along = across == frame.alongRow ? frame.alongColumn : frame.alongRow
              let row = atan(cell.dot(along) / cell.dot(across).magnitude) / mesh.spacing + 4
              #expect(abs(row - Double(k) - 0.5) < 1e-9)
            }
          }
        }
      }
    }
  }

  @Test func areasAddUpToTheSphere() {
    let mesh = Mesh(cellsPerSide: 7)
    var sum = 0.0
    for row in 0..<7 { for column in 0..<7 { sum += mesh.area(row: row, column: column) } }
    let sphere = 4 * Double.pi * Mesh.earthRadius * Mesh.earthRadius
    #expect(abs(6 * sum / sphere - 1) < 1e-12)
  }

  @Test func placesAreFoundAgain() {
    let mesh = Mesh(cellsPerSide: 5)
    for tile in 0..<6 {
      for row in 0..<5 {
        for column in 0..<5 {
          let place = mesh.place(of: mesh.middle(tile: tile, row: row, column: column))
          #expect(place.tile == tile)
          #expect(abs(place.row - Double(row) - 0.5) + abs(place.column - Double(column) - 0.5) < 1e-9)
        }
      }
    }
  }
}
