import ExampleSupport
import Glibc  // pow

/// The pressure in a plane through the room: the first axis to the right, the second upwards.
struct Cut {
  let values: [Double]
  let cells: Int
  let time: Double

  /// Pixels along each side.
  static let side = 384

  /// Less than the surrounding pressure is blue, more is orange; still air is black.
  private static let colors = ColorMap([
    (-1, Color(hex: 0xe2f8ff)), (-0.6, Color(hex: 0x58b7f0)), (-0.25, Color(hex: 0x17488c)),
    (0, Color(hex: 0x05070d)), (0.25, Color(hex: 0x8c2f14)), (0.6, Color(hex: 0xf28a3a)),
    (1, Color(hex: 0xfff3d6)),
  ])

  /// Draws the cut with its top left corner at (x, y).
  func draw(on picture: inout Picture, x left: Int, y top: Int) {
    // What the loudest thousandth of the cells has is white: a focus would leave all else black.
    let loud = max(values.map(abs).sorted()[values.count - 1 - values.count / 1000], .leastNormalMagnitude)
    for row in 0..<Self.side {
      for column in 0..<Self.side {
        let place = SIMD2(Double(column) + 0.5, Double(Self.side - row) - 0.5) / Double(Self.side)
        let pressure = value(at: place) / loud
        // The power shows faint waves beside loud ones.
        let color = Self.colors(pressure < 0 ? -pow(-pressure, 0.65) : pow(pressure, 0.65))
        picture.set(
          x: left + column, y: top + row, isOnBall(place) ? color.mixed(with: Color(grey: 0.8), 0.5) : color)
      }
    }
    picture.fill(x: left + 4..<left + 90, y: top + 4..<top + 30, Color(hex: 0x05070d))
    picture.write("T \(time.fixed(2))", x: left + 10, y: top + 10, Color(grey: 0.85))
  }

  /// Between the middles of cells, values change evenly.
  private func value(at place: SIMD2<Double>) -> Double {
    let last = Double(cells - 1)
    let at = (place * Double(cells) - 0.5).clamped(lowerBound: SIMD2(0, 0), upperBound: SIMD2(last, last))
    let (i, j) = (min(Int(at.x), cells - 2), min(Int(at.y), cells - 2))
    let (u, v) = (at.x - Double(i), at.y - Double(j))
    func value(_ i: Int, _ j: Int) -> Double { values[i * cells + j] }
    return (1 - u) * ((1 - v) * value(i, j) + v * value(i, j + 1))
      + u * ((1 - v) * value(i + 1, j) + v * value(i + 1, j + 1))
  }

  /// Whether a place lies on the outline of the ball of slow air.
  private func isOnBall(_ place: SIMD2<Double>) -> Bool {
    let away = place - SIMD2(Room.ball.middle.x, Room.ball.middle.y)
    return abs((away * away).sum().squareRoot() - Room.ball.radius) < 0.75 / Double(Self.side)
  }
}
