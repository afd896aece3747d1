/// One number per axis of an array: a shape, strides, an index.
///
/// The numbers are stored inline, so a `PerAxis` is copied like any other struct and never allocates; it holds
/// at most ``maximumRank`` of them. It is a collection and can be written as an array literal:
///
///     var shape: PerAxis = [64, 64, 32]
///     shape[2] += 2
///     print(shape.count, shape)        // 3 [64, 64, 34]
///
/// - Complexity: every operation takes constant time.
@frozen public struct PerAxis: BitwiseCopyable, Sendable {
  /// The most axes that an array can have.
  @inlinable public static var maximumRank: Int { 8 }

  // Entries from `count` on stay 0, so that a copy of the storage is a copy of the value.
  @usableFromInline var values: EightNumbers

  @usableFromInline var length: Int

  /// How many axes there are.
  @inlinable public var count: Int { length }

  /// No axes: the shape of a 0-dimensional array.
  @inlinable public init() {
    values = EightNumbers()
    length = 0
  }

  /// The same number for every axis.
  ///
  /// Traps unless `count` is in `0...maximumRank`.
  @inlinable public init(repeating value: Int, count: Int) {
    self.init()
    for _ in 0..<count { append(value) }
  }

  /// The numbers of a sequence, first axis first.
  ///
  /// Traps if there are more than ``maximumRank``.
  @inlinable public init(_ numbers: some Sequence<Int>) {
    self.init()
    for number in numbers { append(number) }
  }

  /// Adds an axis behind the last.
  ///
  /// Traps if there are ``maximumRank`` axes already.
  @inlinable public mutating func append(_ value: Int) {
    guard count < PerAxis.maximumRank else { PerAxis.trapOnTooManyAxes() }
    values[length] = value
    length += 1
  }

  /// Adds an axis in front of `axis`.
  ///
  /// Traps if there are ``maximumRank`` axes already, or unless `axis` is in `0...count`.
  public mutating func insert(_ value: Int, at axis: Int) {
    guard axis >= 0, axis <= count else { PerAxis.trapOnAxis(axis, count: count) }
    append(value)
    for later in stride(from: count - 1, to: axis, by: -1) { values[later] = values[later - 1] }
    values[axis] = value
  }

  /// Takes an axis out and returns its number.
  ///
  /// Traps if there is no such axis.
  @discardableResult
  public mutating func remove(at axis: Int) -> Int {
    let removed = self[axis]
    for later in axis..<(count - 1) { values[later] = values[later + 1] }
    length -= 1
    values[length] = 0
    return removed
  }

  @usableFromInline @inline(never)
  static func trapOnTooManyAxes() -> Never {
    fatalError("PerAxis: more than \(maximumRank) axes; arrays of a higher rank are not supported")
  }

  @usableFromInline @inline(never)
  static func trapOnAxis(_ axis: Int, count: Int) -> Never {
    fatalError("PerAxis: axis \(axis) of an array of rank \(count)")
  }
}
