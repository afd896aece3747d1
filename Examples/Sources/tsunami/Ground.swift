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
      throw NpyError(file: file, problem: "has shape \(array.shape); ground needs at least 2 rows and 2 columns")
    }
    if let hole = array.values.firstIndex(where: { !$0.isFinite }) {
      let (row, column) = (hole / array.shape[1], hole % array.shape[1])
      throw NpyError(
        file: file, problem: "holds \(array.values[hole]) at row \(row), column \(column); ground needs finite heights")
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
    let column = Int(min(max(x, 0), Double(columns - 1)).rounded()), row = Int(min(max(y, 0), Double(rows - 1)).rounded())
    let west = max(column - 1, 0), east = min(column + 1, columns - 1)
    func along(_ row: Int) -> Double {
      let start = min(max(row, 0), rows - 1) * columns
      return Self.spline(
        heights[start + west], heights[start + column], heights[start + east], x - Double(column))
    }
    return Self.spline(along(row - 1), along(row), along(row + 1), y - Double(row))
  }

  /// The spline near the middle one of three points, `offset` of their distance from it (-½ to ½).
  private static func spline(_ before: Double, _ here: Double, _ after: Double, _ offset: Double) -> Double {
    let early = 0.5 - offset, late = 0.5 + offset
    return 0.5 * early * early * before + (0.75 - offset * offset) * here + 0.5 * late * late * after
  }
}
