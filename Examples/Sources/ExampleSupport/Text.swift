import Foundation

extension BinaryFloatingPoint {
  /// This number with a fixed count of digits after the point: `2.0.fixed(1)` is "2.0".
  public func fixed(_ digits: Int) -> String {
    String(format: "%.\(digits)f", Double(self))
  }

  /// This number with an exponent, as in "1.2e-05".
  public func scientific(_ digits: Int = 2) -> String {
    String(format: "%.\(digits)e", Double(self))
  }
}

extension String {
  /// This text with blanks in front, up to `width`.
  public func rightAligned(_ width: Int) -> String {
    String(repeating: " ", count: max(0, width - count)) + self
  }
}
