import Foundation

/// The cells of the model: a block of the Earth cut into `columns` from west to east and `rows` from south to north.
struct Mesh: Sendable {
  /// The edges of the region in degrees, east and north positive.
  struct Region: Sendable {
    var west, east, south, north: Double
  }

  static let earthRadius = 6_371_000.0  // m

  let region: Region
  let rows: Int
  let columns: Int

  /// As many rows as make the cells about square in metres.
  init(region: Region, columns: Int) {
    self.region = region
    self.columns = columns
    let middle = (region.south + region.north) / 2
    let aspect = (region.north - region.south) / ((region.east - region.west) * cos(middle * .pi / 180))
    rows = max(1, Int((Double(columns) * aspect).rounded()))
  }

  /// The longitude of the cells of a column, in degrees.
  func longitude(column: Int) -> Double {
    region.west + (region.east - region.west) * (Double(column) + 0.5) / Double(columns)
  }

  /// The latitude of the cells of a row, in degrees.
  func latitude(row: Int) -> Double { latitude(southOf: Double(row) + 0.5) }

  /// The latitude of the line below which there are so many rows, in degrees.
  private func latitude(southOf rowsBelow: Double) -> Double {
    region.south + (region.north - region.south) * rowsBelow / Double(rows)
  }

  // Lengths and areas on the sphere. A face's length is shared by the cells on both its sides, so that what leaves
  // one cell is exactly what enters the next.

  /// The length of the east and west faces of every cell, in metres.
  var heightOfCells: Double { Self.earthRadius * (region.north - region.south) * .pi / 180 / Double(rows) }

  /// The length of the faces between two rows (or along the southern wall, for row 0), in metres.
  func widthOfFaces(southOfRow row: Int) -> Double {
    Self.earthRadius * cos(latitude(southOf: Double(row)) * .pi / 180) * widthInRadians
  }

  /// The area of each cell of a row, in square metres.
  func area(row: Int) -> Double {
    let (south, north) = (latitude(southOf: Double(row)), latitude(southOf: Double(row + 1)))
    return Self.earthRadius * Self.earthRadius * widthInRadians
      * (sin(north * .pi / 180) - sin(south * .pi / 180))
  }

  private var widthInRadians: Double { (region.east - region.west) * .pi / 180 / Double(columns) }

  /// The largest cell's sides, as text.
  var cellSize: String {
    let width = max(widthOfFaces(southOfRow: 0), widthOfFaces(southOfRow: rows))
    return "\(Int(width.rounded())) m × \(Int(heightOfCells.rounded())) m"
  }

  /// The longest step that is safe over water of a depth, in seconds; see ``ShallowWater/safeTimeStep(waveSpeed:width:height:)``.
  func safeTimeStep(deepest: Double) -> Double {
    ShallowWater.safeTimeStep(
      waveSpeed: (ShallowWater.gravity * deepest).squareRoot(),
      width: min(widthOfFaces(southOfRow: 0), widthOfFaces(southOfRow: rows)), height: heightOfCells)
  }

  /// The distance between two places in metres, by the haversine formula.
  static func distance(_ a: Place, _ b: Place) -> Double {
    let radians = Double.pi / 180
    let north = sin((b.latitude - a.latitude) * radians / 2),
      east = sin((b.longitude - a.longitude) * radians / 2)
    let haversine = north * north + cos(a.latitude * radians) * cos(b.latitude * radians) * east * east
    return 2 * earthRadius * asin(min(1, haversine.squareRoot()))
  }
}
