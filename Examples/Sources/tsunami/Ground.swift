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
  /// Monotone cubic interpolation along each axis (Fritsch and Butland 1984): smooth, and without hills or holes that
  /// are not in the data, which matters where the sea begins.
  func height(longitude: Double, latitude: Double) -> Double {
    let x = (longitude - region.west) / (region.east - region.west) * Double(columns - 1)
    let y = (latitude - region.south) / (region.north - region.south) * Double(rows - 1)
    let (column, row) = (cell(x, of: columns), cell(y, of: rows))
    func along(_ row: Int) -> Double {
      let start = min(max(row, 0), rows - 1) * columns
      func at(_ column: Int) -> Double { heights[start + min(max(column, 0), columns - 1)] }
      return Self.monotoneCubic(at(column - 1), at(column), at(column + 1), at(column + 2), x - Double(column))
    }
    return Self.monotoneCubic(along(row - 1), along(row), along(row + 1), along(row + 2), y - Double(row))
  }

  /// The point at or before a position, such that there is one after it.
  private func cell(_ position: Double, of points: Int) -> Int { min(max(Int(position), 0), points - 2) }

  /// The value at `fraction` of the way from `b` to `c`, whose neighbours are `a` and `d`.
  private static func monotoneCubic(_ a: Double, _ b: Double, _ c: Double, _ d: Double, _ fraction: Double) -> Double {
    func slope(_ before: Double, _ after: Double) -> Double {
      before * after > 0 ? 2 * before * after / (before + after) : 0
    }
    let (rise, t) = (c - b, min(max(fraction, 0), 1))
    let (start, end) = (slope(b - a, rise), slope(rise, d - c))
    // Hermite's cubic through b and c with these slopes.
    return b + t * (start + t * (3 * rise - 2 * start - end + t * (start + end - 2 * rise)))
  }
}
