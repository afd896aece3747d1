import Glibc  // exp
import Halo

/// A cube with hard walls and sides of length 1, in whose air sound has speed 1, but in a ball half of that.
struct Room {
  /// Cells along each side.
  let cells: Int

  /// The side of a cell.
  var spacing: Double { 1 / Double(cells) }

  /// The scheme is stable up to a cell's side over √3 and the highest speed.
  var timeStep: Double { 0.5 * spacing }

  /// The ball of slow air: its middle, its radius and the speed of sound in it.
  static let ball = (middle: SIMD3(0.55, 0.5, 0.5), radius: 0.17, speed: 0.5)
  /// The clap: its middle, and how far it reaches (one standard deviation).
  static let clap = (middle: SIMD3(0.2, 0.5, 0.5), radius: 0.028)

  /// The middle of a cell.
  func middle(of cell: InlineArray<3, Int>) -> SIMD3<Double> {
    (SIMD3(Double(cell[0]), Double(cell[1]), Double(cell[2])) + 0.5) * spacing
  }

  /// The speed of sound at a place.
  func speed(at place: SIMD3<Double>) -> Double {
    let away = place - Self.ball.middle
    return (away * away).sum() < Self.ball.radius * Self.ball.radius ? Self.ball.speed : 1
  }

  /// The pressure of the clap at a place when it starts.
  func clap(at place: SIMD3<Double>) -> Double {
    let away = (place - Self.clap.middle) / max(Self.clap.radius, 1.5 * spacing)
    return exp(-0.5 * (away * away).sum())
  }
}
