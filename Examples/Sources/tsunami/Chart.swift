import ExampleSupport
import Foundation

/// A map of the region: shaded land, the sea floor, and the wave in colours over it.
///
/// Knows pictures and no physics.
struct Chart: Sendable {
  /// What is drawn over the sea.
  enum Layer {
    /// The level of the surface: blue below the sea at rest, red above.
    case wave
    /// The highest level that there was.
    case crest
  }

  private let mesh: Mesh
  private let width: Int
  private let height: Int
  /// The colour of each point of the map without a wave, and its height; from the north-west corner, row by row.
  private var background: [Color] = []
  private var heights: [Double] = []
  private let range: Double

  private static let margin = (left: 96, right: 106, top: 44, bottom: 36)
  private static let ink = Color(grey: 0.15)

  /// Draws the map without a wave, `width` points wide; colours reach their end at `range` metres of level.
  init(of ground: Ground, mesh: Mesh, range: Double, width: Int = 1000) {
    (self.mesh, self.width, self.range) = (mesh, width, max(range, 1e-3))
    height = width * mesh.rows / mesh.columns
    let region = mesh.region
    heights.reserveCapacity(width * height)
    for y in 0..<height {
      let latitude = region.north - (region.north - region.south) * (Double(y) + 0.5) / Double(height)
      for x in 0..<width {
        let longitude = region.west + (region.east - region.west) * (Double(x) + 0.5) / Double(width)
        heights.append(ground.height(longitude: longitude, latitude: latitude))
      }
    }
    background.reserveCapacity(width * height)
    for y in 0..<height { for x in 0..<width { background.append(backgroundColor(x, y)) } }
  }

  /// The map with a layer over the sea: `levels` of the surface in metres, `nil` where there is no water.
  func picture(of layer: Layer, levels: [Double?], title: String) -> Picture {
    let margin = Self.margin
    var picture = Picture(
      width: margin.left + width + margin.right, height: margin.top + height + margin.bottom)
    for y in 0..<height {
      for x in 0..<width {
        picture.set(x: margin.left + x, y: margin.top + y, color(x, y, layer, levels))
      }
    }
    drawFrame(&picture, title)
    drawScale(&picture, layer)
    return picture
  }

  // MARK: - The map without a wave

  private static let land = ColorMap([
    (0, Color(hex: 0x7f9f6b)), (60, Color(hex: 0x8fa873)), (300, Color(hex: 0xb5b686)),
    (700, Color(hex: 0xc2a97f)),
    (1200, Color(hex: 0xa78a6d)), (1700, Color(hex: 0xb7aca3)), (2100, Color(hex: 0xf4f4f2)),
  ])
  private static let seaFloor = ColorMap([
    (-1400, Color(hex: 0x9fb3c4)), (-400, Color(hex: 0xb9cad6)), (-200, Color(hex: 0xcddae2)),
    (-80, Color(hex: 0xdde7ec)), (0, Color(hex: 0xeef3f5)),
  ])

  private func at(_ x: Int, _ y: Int) -> Double {
    heights[min(max(y, 0), height - 1) * width + min(max(x, 0), width - 1)]
  }

  private func backgroundColor(_ x: Int, _ y: Int) -> Color {
    let here = at(x, y)
    // Light from the north-west, 45° above the horizon; heights are stretched, or the slopes would hardly be seen.
    let metresPerPoint = mesh.heightOfCells * Double(mesh.rows) / Double(height)
    let stretch = (here > 0 ? 3.0 : 6.0) / (2 * metresPerPoint)
    let east = (at(x + 1, y) - at(x - 1, y)) * stretch, north = (at(x, y - 1) - at(x, y + 1)) * stretch
    let light = (0.5 * east - 0.5 * north + 0.7071) / (1 + east * east + north * north).squareRoot()
    if here > 0 {
      let shore = [at(x - 1, y), at(x + 1, y), at(x, y - 1), at(x, y + 1)].contains { $0 <= 0 }
      return shore ? Color(hex: 0x3f4a3c) : Self.land(here).lit(0.42 + 0.82 * max(light, 0))
    }
    return Self.seaFloor(here).lit(0.79 + 0.3 * max(light, 0))
  }

  // MARK: - The wave

  private static let below = ColorMap([
    (0, Color(hex: 0x8ec3de)), (0.35, Color(hex: 0x3f8fc4)), (0.7, Color(hex: 0x1b5fa5)),
    (1, Color(hex: 0x08306b)),
  ])
  private static let above = ColorMap([
    (0, Color(hex: 0xf9bd9a)), (0.35, Color(hex: 0xe8694a)), (0.7, Color(hex: 0xc01a27)),
    (1, Color(hex: 0x67000d)),
  ])
  private static let crests = ColorMap([
    (0, Color(hex: 0xfff0a8)), (0.25, Color(hex: 0xfdb24c)), (0.5, Color(hex: 0xf0562d)),
    (0.75, Color(hex: 0xb3103a)),
    (1, Color(hex: 0x4a0a5e)),
  ])

  /// The level at which the colours end; crests are the higher ones.
  private func end(of layer: Layer) -> Double { layer == .wave ? range : 1.5 * range }

  /// A colour of the map with the layer over it; small waves are let through to the sea floor.
  private func tint(_ background: Color, _ layer: Layer, _ level: Double) -> Color {
    let size = min(abs(level) / end(of: layer), 1)
    let cover = 0.95 * min(1, (size / 0.35).squareRoot())
    switch layer {
    case .wave: return background.mixed(with: (level < 0 ? Self.below : Self.above)(size), cover)
    case .crest: return background.mixed(with: Self.crests(size), level > 0 ? cover : 0)
    }
  }

  private func color(_ x: Int, _ y: Int, _ layer: Layer, _ levels: [Double?]) -> Color {
    let point = y * width + x
    guard let level = level(x, y, levels) else { return background[point] }
    // On land the model's cells are coarser than the map: water is shown where it stands above the ground.
    if heights[point] > 0 && level < heights[point] { return background[point] }
    return tint(background[point], layer, level)
  }

  /// The level at a point of the map, from the cells around it that have water.
  private func level(_ x: Int, _ y: Int, _ levels: [Double?]) -> Double? {
    let column = (Double(x) + 0.5) / Double(width) * Double(mesh.columns) - 0.5
    let row = (1 - (Double(y) + 0.5) / Double(height)) * Double(mesh.rows) - 0.5
    let (left, below) = (column.rounded(.down), row.rounded(.down))
    var sum = 0.0, weights = 0.0
    for (dy, dx) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
      let r = min(max(Int(below) + dy, 0), mesh.rows - 1), c = min(max(Int(left) + dx, 0), mesh.columns - 1)
      guard let level = levels[r * mesh.columns + c] else { continue }
      let weight = (1 - abs(column - left - Double(dx))) * (1 - abs(row - below - Double(dy)))
      sum += weight * level
      weights += weight
    }
    return weights > 0 ? sum / weights : nil
  }

  // MARK: - What stands around the map

  private func drawFrame(_ picture: inout Picture, _ title: String) {
    let margin = Self.margin, region = mesh.region
    let (left, top, right, bottom) = (margin.left, margin.top, margin.left + width, margin.top + height)
    for (x, y) in [(left - 2..<right + 2, top - 2..<top), (left - 2..<right + 2, bottom..<bottom + 2)] {
      picture.fill(x: x, y: y, Self.ink)
    }
    for x in [left - 2..<left, right..<right + 2] { picture.fill(x: x, y: top..<bottom, Self.ink) }
    picture.write(title, x: left, y: 14, Self.ink)

    for half in Int((2 * region.south).rounded(.up))...Int((2 * region.north).rounded(.down)) {
      let latitude = Double(half) / 2
      let y = bottom - Int((latitude - region.south) / (region.north - region.south) * Double(height))
      picture.fill(x: left - 8..<left, y: y - 1..<y + 1, Self.ink)
      write(
        "\(Self.short(abs(latitude)))°\(latitude < 0 ? "S" : "N")", endingAt: left - 12, y: y - 6, &picture)
    }
    for half in Int((2 * region.west).rounded(.up))...Int((2 * region.east).rounded(.down)) {
      let longitude = Double(half) / 2
      let x = left + Int((longitude - region.west) / (region.east - region.west) * Double(width))
      picture.fill(x: x - 1..<x + 1, y: bottom..<bottom + 8, Self.ink)
      let label = "\(Self.short(abs(longitude)))°\(longitude < 0 ? "W" : "E")"
      picture.write(label, x: x - 6 * label.count, y: bottom + 14, Self.ink)
    }
  }

  private func drawScale(_ picture: inout Picture, _ layer: Layer) {
    let (left, width) = (Self.margin.left + self.width + 18, 16)
    let (top, bottom) = (Self.margin.top + 30, Self.margin.top + height - 6)
    let (lowest, highest) = (layer == .wave ? -range : 0, end(of: layer))
    let ticks = layer == .wave ? 8 : 6
    func y(_ level: Double) -> Int {
      bottom - Int(((level - lowest) / (highest - lowest) * Double(bottom - top)).rounded())
    }
    picture.write("m", x: left + 3, y: top - 26, Self.ink)
    picture.fill(x: left - 2..<left + width + 2, y: top - 2..<bottom + 2, Self.ink)
    for row in top..<bottom {
      let level = lowest + (highest - lowest) * (Double(bottom - row) - 0.5) / Double(bottom - top)
      picture.fill(x: left..<left + width, y: row..<row + 1, tint(Self.seaFloor(-150), layer, level))
    }
    for tick in 0...ticks {
      let level = lowest + (highest - lowest) * Double(tick) / Double(ticks)
      picture.fill(x: left + width..<left + width + 6, y: y(level) - 1..<y(level) + 1, Self.ink)
      let sign = layer == .wave && level > 0 ? "+" : ""
      let label = sign + Self.short((level * 1000).rounded() / 1000)
      picture.write(label, x: left + width + 10, y: y(level) - 6, Self.ink)
    }
  }

  private func write(_ text: String, endingAt right: Int, y: Int, _ picture: inout Picture) {
    picture.write(text, x: right - 12 * text.count, y: y, Self.ink)
  }

  /// A number without needless digits.
  private static func short(_ number: Double) -> String {
    number == number.rounded()
      ? "\(Int(number))" : number * 10 == (number * 10).rounded() ? number.fixed(1) : number.fixed(2)
  }
}
