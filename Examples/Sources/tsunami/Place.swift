import ArgumentParser

/// A place on the Earth in degrees, east and north positive.
struct Place: ExpressibleByArgument, CustomStringConvertible {
  var longitude, latitude: Double

  init(longitude: Double, latitude: Double) { (self.longitude, self.latitude) = (longitude, latitude) }

  /// Reads `longitude,latitude`.
  init?(argument: String) {
    guard let numbers = numbers(argument, count: 2) else { return nil }
    (longitude, latitude) = (numbers[0], numbers[1])
  }

  var description: String { "\(longitude),\(latitude)" }
}

extension Mesh.Region: ExpressibleByArgument, CustomStringConvertible {
  /// Reads `west,east,south,north`.
  init?(argument: String) {
    guard let numbers = numbers(argument, count: 4), numbers[0] < numbers[1], numbers[2] < numbers[3],
      numbers[2] > -90, numbers[3] < 90
    else { return nil }
    (west, east, south, north) = (numbers[0], numbers[1], numbers[2], numbers[3])
  }

  var description: String { "\(west),\(east),\(south),\(north)" }

  func contains(_ place: Place) -> Bool {
    (west...east).contains(place.longitude) && (south...north).contains(place.latitude)
  }
}

/// So many finite numbers with commas between them, or `nil`.
private func numbers(_ text: String, count: Int) -> [Double]? {
  let numbers = text.split(separator: ",", omittingEmptySubsequences: false).compactMap { Double($0) }
  return numbers.count == count && numbers.allSatisfy(\.isFinite) ? numbers : nil
}
