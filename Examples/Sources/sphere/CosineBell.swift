import Foundation

/// A cosine bell is carried once around the sphere by a wind that turns as a solid body, and should come back as it was.
///
/// Test case 1 of Williamson, Drake, Hack, Jakob and Swarztrauber (1992), J. Comput. Phys. 102, 211–224.
struct CosineBell: Sendable {
  static let height = 1000.0  // m
  /// Of the bell, as an angle.
  static let radius = 1.0 / 3
  static let daysAround = 12.0
  static let secondsADay = 86_400.0

  /// The angle between the axis of the wind and that of the sphere, in radians.
  let tilt: Double

  /// The axis that the wind turns around.
  var axis: SIMD3<Double> { [-sin(tilt), 0, cos(tilt)] }

  /// Angle turned in a second.
  var angularVelocity: Double { 2 * .pi / (Self.daysAround * Self.secondsADay) }

  /// Where the middle of the bell is after some days; at first on the equator, 90° to the west.
  func middle(day: Double) -> SIMD3<Double> {
    let start: SIMD3<Double> = [0, -1, 0]
    let angle = 2 * .pi * day / Self.daysAround
    // The start lies at a right angle to the axis, whatever the tilt.
    return cos(angle) * start + sin(angle) * axis.cross(start)
  }

  /// The exact height in a direction, after some days.
  func height(at direction: SIMD3<Double>, day: Double) -> Double {
    let distance = acos(min(1, max(-1, direction.dot(middle(day: day)))))
    return distance < Self.radius ? Self.height / 2 * (1 + cos(.pi * distance / Self.radius)) : 0
  }

  /// The area that the wind carries in a second across the line from one direction to another, to the right of it.
  ///
  /// Exact: the wind has a stream function, and no air is gained or lost around any cell.
  func flow(from start: SIMD3<Double>, to end: SIMD3<Double>) -> Double {
    Mesh.earthRadius * Mesh.earthRadius * angularVelocity * axis.dot(end - start)
  }
}

extension SIMD3<Double> {
  func cross(_ other: Self) -> Self {
    [y * other.z - z * other.y, z * other.x - x * other.z, x * other.y - y * other.x]
  }
}
