/// A colour: red, green and blue from 0 to 1, as stored in a picture (sRGB).
public struct Color: Hashable, Sendable {
  /// The three parts, 0 to 1.
  public var red, green, blue: Double

  /// A colour from its parts, 0 to 1.
  public init(_ red: Double, _ green: Double, _ blue: Double) {
    (self.red, self.green, self.blue) = (red, green, blue)
  }

  /// A colour as in HTML: `Color(hex: 0xff8000)` is orange.
  public init(hex: Int) {
    self.init(Double(hex >> 16 & 255) / 255, Double(hex >> 8 & 255) / 255, Double(hex & 255) / 255)
  }

  /// A grey from black (0) to white (1).
  public init(grey: Double) { self.init(grey, grey, grey) }

  /// The way from this colour to another: `fraction` 0 is this one, 1 the other.
  public func mixed(with other: Color, _ fraction: Double) -> Color {
    let f = min(max(fraction, 0), 1)
    return Color(
      red + f * (other.red - red), green + f * (other.green - green), blue + f * (other.blue - blue))
  }

  /// This colour with more (above 1) or less light (below 1).
  public func lit(_ light: Double) -> Color { Color(red * light, green * light, blue * light) }
}

/// Colours for numbers: straight lines between a list of (number, colour) pairs.
///
/// ```swift
/// let map = ColorMap([(-1, Color(hex: 0x2166ac)), (0, Color(grey: 1)), (1, Color(hex: 0xb2182b))])
/// let pale = map(0.3)
/// ```
public struct ColorMap: Sendable {
  private let stops: [(at: Double, color: Color)]

  /// A map through `stops`, of which there is at least one, in rising order.
  public init(_ stops: [(at: Double, color: Color)]) {
    guard !stops.isEmpty else { fatalError("A colour map needs at least one colour") }
    self.stops = stops
  }

  /// The colour for a number; beyond the ends, the colour at the end.
  public func callAsFunction(_ value: Double) -> Color {
    guard let upper = stops.firstIndex(where: { $0.at >= value }) else { return stops[stops.count - 1].color }
    guard upper > 0 else { return stops[0].color }
    let (a, b) = (stops[upper - 1], stops[upper])
    return a.color.mixed(with: b.color, (value - a.at) / (b.at - a.at))
  }
}
