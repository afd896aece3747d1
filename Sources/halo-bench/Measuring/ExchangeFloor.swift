/// What an update by any route cannot be faster than, or not by much: copies of as many bytes, without an exchange.
protocol ExchangeFloor: AnyObject {
  /// Copies once.
  func run() throws

  /// Shows that it copies what it says, where that can be seen; collective.
  func check() throws
}
