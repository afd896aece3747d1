import ExampleSupport
import Foundation

/// The six faces of the cube, unfolded so that those lie side by side whose rows and columns go on unturned, and the
/// globe from two sides.
///
/// Knows pictures and no physics, but for the exact bell, whose outline and path it draws.
struct Atlas {
  private let mesh: Mesh
  private let bell: CosineBell

  private static let face = 300  // points of the picture along each side of a face
  private static let gap = 6  // around the faces
  private static let margin = (left: 36, right: 130, top: 60, bottom: 36)
  private static let ink = Color(grey: 0.15)
  private static let heights = ColorMap([
    (0, Color(hex: 0xf4f1e8)), (60, Color(hex: 0xfbe3a8)), (250, Color(hex: 0xf9b45c)),
    (500, Color(hex: 0xe8694a)), (750, Color(hex: 0xb3245a)), (1000, Color(hex: 0x4a0a5e)),
  ])

  init(of mesh: Mesh, bell: CosineBell) {
    (self.mesh, self.bell) = (mesh, bell)
  }

  /// The column and row of faces at which a tile lies, counted from the lower left.
  private static func place(of tile: Int) -> (x: Int, y: Int) { ((tile + 1) / 2, tile / 2) }

  /// A picture of the heights of all tiles, from above the bell as it is on a day.
  func picture(of heights: [Double], day: Double, title: String) -> Picture {
    let margin = Self.margin, face = Self.face
    var picture = Picture(
      width: margin.left + 4 * face + margin.right, height: margin.top + 3 * face + margin.bottom)
    for tile in 0..<Mesh.tileCount { draw(tile, heights, day, &picture) }
    drawGlobe(heights, day, from: bell.middle(day: day), title: "FROM ABOVE THE BELL", x: 0, y: 2, &picture)
    drawGlobe(heights, day, from: -bell.middle(day: day), title: "FROM THE OTHER SIDE", x: 2, y: 0, &picture)
    picture.write(title, x: margin.left, y: 20, Self.ink)
    drawScale(&picture)
    return picture
  }

  // MARK: - Faces

  private func draw(_ tile: Int, _ heights: [Double], _ day: Double, _ picture: inout Picture) {
    let face = Self.face, place = Self.place(of: tile)
    let left = Self.margin.left + place.x * face, top = Self.margin.top + (2 - place.y) * face
    let scale = Double(mesh.cellsPerSide) / Double(face)
    for y in 0..<face {
      for x in 0..<face {
        let row = (Double(face - y) - 0.5) * scale, column = (Double(x) + 0.5) * scale
        let direction = mesh.direction(tile: tile, row: row, column: column)
        let right = mesh.direction(tile: tile, row: row, column: column + scale) - direction
        let up = mesh.direction(tile: tile, row: row + scale, column: column) - direction
        let size = max(right.dot(right), up.dot(up)).squareRoot()
        let color = self.color(direction, heights, day, pointSize: size)
        picture.set(x: left + x, y: top + y, color)
      }
    }
    for line in 0..<2 {
      let (right, bottom) = (left + face, top + face)
      picture.fill(x: left..<right, y: (line == 0 ? top..<top + 1 : bottom - 1..<bottom), Self.ink)
      picture.fill(x: (line == 0 ? left..<left + 1 : right - 1..<right), y: top..<bottom, Self.ink)
    }
    picture.write("FACE \(tile)", x: left + 10, y: top + face - 24, Self.ink.mixed(with: Color(grey: 1), 0.2))
  }

  // MARK: - Globes

  private func drawGlobe(
    _ heights: [Double], _ day: Double, from eye: SIMD3<Double>, title: String, x: Int, y: Int,
    _ picture: inout Picture
  ) {
    // In the corner that the faces leave free, two faces wide.
    let radius = Double(Self.face) * 0.44
    let centerX = Double(Self.margin.left + x * Self.face) + Double(Self.face) * (x == 0 ? 0.5 : 1.5)
    let centerY = Double(Self.margin.top + (2 - y) * Self.face) + Double(Self.face) / 2
    let pole: SIMD3<Double> = abs(eye.z) > 0.98 ? [1, 0, 0] : [0, 0, 1]
    let east = pole.cross(eye).normalized
    let north = eye.cross(east)
    let reach = Int(radius) + 2
    for dy in -reach...reach {
      for dx in -reach...reach {
        let (a, b) = (Double(dx) / radius, Double(-dy) / radius)
        let square = a * a + b * b
        let (px, py) = (Int(centerX) + dx, Int(centerY) + dy)
        if square > 1 {
          if square < 1 + 3 / radius { picture.set(x: px, y: py, Self.ink) }
          continue
        }
        let depth = (1 - square).squareRoot()
        let direction = a * east + b * north + depth * eye
        let size = 1 / (radius * max(depth, 0.5))
        var color = self.color(direction, heights, day, pointSize: size)
        if edgeDistance(of: direction) < 1.2 * size { color = color.mixed(with: Self.ink, 0.8) }
        picture.set(x: px, y: py, color.lit(0.72 + 0.28 * depth))
      }
    }
    picture.write(
      title, x: Int(centerX) - 6 * title.count, y: Int(centerY + radius) + 8, Self.ink)
  }

  /// How far a direction lies from the nearest edge of its face, as an angle.
  private func edgeDistance(of direction: SIMD3<Double>) -> Double {
    let place = mesh.place(of: direction), side = Double(mesh.cellsPerSide)
    return min(min(place.row, side - place.row), min(place.column, side - place.column)) * mesh.spacing
  }

  // MARK: - What is drawn in every direction

  private func color(
    _ direction: SIMD3<Double>, _ heights: [Double], _ day: Double, pointSize: Double
  ) -> Color {
    var color = Self.heights(height(in: direction, of: heights))
    // A net of meridians and parallels, 30° apart.
    let latitude = asin(min(1, max(-1, direction.z))), longitude = atan2(direction.y, direction.x)
    func distance(_ angle: Double) -> Double { abs((angle / (.pi / 6)).rounded() * .pi / 6 - angle) }
    let isOnNet = min(distance(latitude), distance(longitude) * cos(latitude)) < 0.6 * pointSize
    if isOnNet { color = color.mixed(with: Color(hex: 0x5b7d95), 0.35) }
    // The way that the middle of the bell takes, dotted, and where the exact bell is half as high as its middle.
    let offWay = abs(direction.dot(bell.axis))
    let along = atan2(direction.dot(bell.middle(day: 3)), direction.dot(bell.middle(day: 0)))
    if offWay < 1.8 * pointSize, (along / (.pi / 60)).rounded(.down).truncatingRemainder(dividingBy: 2) == 0 {
      color = color.mixed(with: Color(hex: 0x1f6fb4), 0.75)
    }
    let away = acos(min(1, max(-1, direction.dot(bell.middle(day: day)))))
    if abs(away - CosineBell.radius / 2) < 0.9 * pointSize { color = color.mixed(with: Color(grey: 0), 0.8) }
    return color
  }

  /// The height in a direction, between the four cells around it; at the edge of a face, of the nearest on it.
  private func height(in direction: SIMD3<Double>, of heights: [Double]) -> Double {
    let place = mesh.place(of: direction), side = mesh.cellsPerSide
    func neighbours(_ line: Double) -> (Int, Int, Double) {
      let low = (line - 0.5).rounded(.down)
      return (
        min(max(Int(low), 0), side - 1), min(max(Int(low) + 1, 0), side - 1), line - 0.5 - low
      )
    }
    let (south, north, up) = neighbours(place.row), (west, east, right) = neighbours(place.column)
    func height(_ row: Int, _ column: Int) -> Double {
      heights[(place.tile * side + row) * side + column]
    }
    return (1 - up) * ((1 - right) * height(south, west) + right * height(south, east))
      + up * ((1 - right) * height(north, west) + right * height(north, east))
  }

  // MARK: - What stands beside the faces

  private func drawScale(_ picture: inout Picture) {
    let left = Self.margin.left + 4 * Self.face + 40, width = 18
    let top = Self.margin.top + 40, bottom = Self.margin.top + 3 * Self.face - 20
    picture.write("m", x: left + 3, y: top - 26, Self.ink)
    picture.fill(x: left - 2..<left + width + 2, y: top - 2..<bottom + 2, Self.ink)
    for row in top..<bottom {
      let height = 1000 * (Double(bottom - row) - 0.5) / Double(bottom - top)
      picture.fill(x: left..<left + width, y: row..<row + 1, Self.heights(height))
    }
    for tick in 0...5 {
      let y = bottom - tick * (bottom - top) / 5
      picture.fill(x: left + width..<left + width + 6, y: y - 1..<y + 1, Self.ink)
      picture.write("\(200 * tick)", x: left + width + 10, y: y - 6, Self.ink)
    }
  }
}
