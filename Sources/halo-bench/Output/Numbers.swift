import Glibc

/// A number with this many decimals.
func fixed(_ value: Double, _ decimals: Int) -> String {
  let scaled = (value * pow(10, Double(decimals))).rounded()
  guard scaled.magnitude < 1e15 else { return value.description }
  let digits = String(Int(scaled.magnitude))
  let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
  let sign = scaled < 0 ? "-" : ""
  return decimals == 0 ? sign + padded : sign + padded.dropLast(decimals) + "." + padded.suffix(decimals)
}

/// A number with three digits, or all those before the point.
func significant(_ value: Double) -> String {
  switch value.magnitude {
  case ..<9.995: fixed(value, 2)
  case ..<99.95: fixed(value, 1)
  default: fixed(value, 0)
  }
}

extension String {
  /// Filled with spaces on the left.
  func right(_ width: Int) -> String { String(repeating: " ", count: max(0, width - count)) + self }

  /// Filled with spaces on the right.
  func left(_ width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
