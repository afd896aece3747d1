import Foundation
import Halo

extension Ground {
  /// The heights under one rank's block and its halo; behind the walls of the region, their mirror image.
  func field(on grid: CartesianGrid, mesh: Mesh) throws -> Field<Double, 2> {
    func mirrored(_ index: Int, _ count: Int) -> Int {
      index < 0 ? -1 - index : min(index, 2 * count - 1 - index)
    }
    var field = try Field<Double, 2>(on: grid, halo: 2, name: "ground")
    let first = field.globalOrigin, cells = field.allocated
    var heights = field.mutableView
    for row in cells[0] {
      let latitude = mesh.latitude(row: mirrored(first[0] + row, mesh.rows))
      for column in cells[1] {
        let longitude = mesh.longitude(column: mirrored(first[1] + column, mesh.columns))
        heights[row, column] = height(longitude: longitude, latitude: latitude)
      }
    }
    return field
  }
}

/// A bell-shaped hill of water on the sea, and nothing but the level sea five standard deviations away from it.
struct Hill {
  let top: Place
  /// Height in metres.
  let height: Double
  /// Standard deviation in metres.
  let radius: Double

  /// Fills the sea up to its level and puts the hill on it; land stays dry.
  func raise(_ depth: inout Field<Double, 2>, over ground: borrowing Field<Double, 2>, on mesh: Mesh) {
    let first = depth.globalOrigin, cells = depth.owned
    let ground = ground.view
    var depth = depth.mutableView
    for row in cells[0] {
      for column in cells[1] where ground[row, column] < 0 {
        let place = Place(
          longitude: mesh.longitude(column: first[1] + column), latitude: mesh.latitude(row: first[0] + row))
        let distance = Mesh.distance(top, place) / radius
        let level = distance < 5 ? height * exp(-0.5 * distance * distance) : 0
        depth[row, column] = level - ground[row, column]
      }
    }
  }
}

extension Field<Double, 2> {
  /// The highest owned value.
  var highest: Double {
    var highest = -Double.infinity
    forEachRow(in: owned) { _, row in
      for x in row.indices { highest = max(highest, row[x]) }
    }
    return highest
  }

  /// The lowest owned value.
  var lowest: Double {
    var lowest = Double.infinity
    forEachRow(in: owned) { _, row in
      for x in row.indices { lowest = min(lowest, row[x]) }
    }
    return lowest
  }

  /// Keeps the highest level that the water's surface has had in each cell so far; 0 where there was none.
  mutating func keepHighest(
    _ depth: borrowing Field<Double, 2>, over ground: borrowing Field<Double, 2>, box: Box<2>
  ) {
    let (depths, grounds) = (depth.view, ground.view)
    var crests = mutableView
    for row in box[0] {
      let depth = depths.row(row, box[1]), ground = grounds.row(row, box[1])
      var crest = crests.row(row, box[1])
      for x in 0..<box[1].count where depth[x] > ShallowWater.film {
        crest[x] = max(crest[x], ground[x] + depth[x])
      }
    }
  }
}
