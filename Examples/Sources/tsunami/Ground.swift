import ExampleSupport
import Foundation

/// The height of the ground in metres, negative under the sea, on the points of a file; smooth in between.
struct Ground: Sendable {
  let region: Mesh.Region
  private let rows: Int
  private let columns: Int
  private let heights: [Double]

  /// Where the ground that comes with the example lies.
  static let salishSea = Mesh.Region(west: -125.983, east: -122.017, south: 48.016, north: 49.984)

  /// The file that comes with the example.
  static var salishSeaFile: String? {
    Bundle.module.path(forResource: "salish-sea-topobathy", ofType: "npy", inDirectory: "Ground")
  }

  /// Reads heights from a NumPy file whose rows run from south to north and columns from west to east, with the
  /// outermost points on the edges of the region.
  init(file: String, region: Mesh.Region) throws {
    try self.init(NpyArray(contentsOf: URL(filePath: file)), file: file, region: region)
  }

  init(_ array: NpyArray, file: String, region: Mesh.Region) throws {
    guard array.shape.count == 2 else {
      throw NpyError(file: file, problem: "has \(array.shape.count) axes; ground needs 2, rows and columns")
    }
    guard array.shape.allSatisfy({ $0 >= 2 }) else {
      throw NpyError(
        file: file, problem: "has shape \(array.shape); ground needs at least 2 rows and 2 columns")
    }
    if let hole = array.values.firstIndex(where: { !$0.isFinite }) {
      let (row, column) = (hole / array.shape[1], hole % array.shape[1])
      throw NpyError(
        file: file,
        problem: "holds \(array.values[hole]) at row \(row), column \(column); ground needs finite heights")
    }
    self.region = region
    (rows, columns, heights) = (array.shape[0], array.shape[1], array.values)
  }

  /// The height at a place, in metres.
  ///
  /// A quadratic B-spline with the file's points as its control points: smooth, so that the coast is too, and without
  /// hills or holes that are not in the data. It rounds off single points a little instead of passing through them.
  func height(longitude: Double, latitude: Double) -> Double {
    let x = (longitude - region.west) / (region.east - region.west) * Double(columns - 1)
    let y = (latitude - region.south) / (region.north - region.south) * Double(rows - 1)
    let column = nearest(to: x, of: columns), row = nearest(to: y, of: rows)
    func along(_ row: Int) -> Double {
      spline(around: column, of: columns, offset: x - Double(column)) { heights[row * columns + $0] }
    }
    return spline(around: row, of: rows, offset: y - Double(row), along)
  }

  private func nearest(to position: Double, of points: Int) -> Int {
    Int(min(max(position, 0), Double(points - 1)).rounded())
  }

  /// The spline on one axis, at most half a point's distance from the nearest point.
  ///
  /// At either end the line is carried on straight, so that it passes through the last point.
  private func spline(
    around nearest: Int, of points: Int, offset: Double, _ height: (Int) -> Double
  ) -> Double {
    let here = height(nearest)
    let before = nearest > 0 ? height(nearest - 1) : 2 * here - height(nearest + 1)
    let after = nearest < points - 1 ? height(nearest + 1) : 2 * here - before
    let early = 0.5 - offset, late = 0.5 + offset
    return 0.5 * early * early * before + (0.75 - offset * offset) * here + 0.5 * late * late * after
  }
}
