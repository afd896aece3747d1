/// One arithmetic pass over an n-dimensional array, worked out once and run as often as wanted.
///
/// Either each element of a source is combined into the element at the same index of a destination, or each
/// element of one array changes its sign. As with a ``StridedCopy``, either side may have any strides, and
/// ``execute(from:to:)`` looks nothing up and allocates nothing.
///
///     let add = StridedArithmetic(.sum, from: message, to: edge, of: .float64)
///     unsafe add?.execute(from: received, to: field)
///
/// Stored inline; never allocates. Addresses must be aligned for the type of the elements.
@frozen public struct StridedArithmetic: BitwiseCopyable, Hashable, Sendable {
  let path: StridedCopy
  let step: Step
  let number: NumberType

  /// What is done to each element.
  @frozen @usableFromInline enum Step: UInt8, BitwiseCopyable, Hashable, Sendable {
    case add, subtract, lesser, lesserOfNegative, greater, greaterOfNegative, negate
  }

  /// Combines each element of a source into that of a destination.
  ///
  /// Traps unless the shapes are equal and the items are as large as the type.
  ///
  /// - Parameters:
  ///   - combination: How.
  ///   - source: What is read.
  ///   - destination: What is combined into; shares no byte with the source.
  ///   - dtype: What the elements are.
  ///   - negative: Whether the source's elements change their sign first.
  /// - Returns: `nil` if there is no such combination of the type's values: structs have none, complex numbers
  ///   only sums, and unsigned numbers no sign.
  public init?(
    _ combination: Combination, from source: Layout, to destination: Layout, of dtype: DType,
    negative: Bool = false
  ) {
    guard let number = NumberType(dtype), number.has(combination), !negative || number.isSigned else {
      return nil
    }
    self.number = number
    path = StridedCopy(from: source, to: destination)
    step =
      switch (combination, negative) {
      case (.sum, false): .add
      case (.sum, true): .subtract
      case (.min, false): .lesser
      case (.min, true): .lesserOfNegative
      case (.max, false): .greater
      case (.max, true): .greaterOfNegative
      }
  }

  /// Changes the sign of each element; the addresses given to ``execute(from:to:)`` are then the same.
  ///
  /// - Returns: `nil` if values of the type have no sign.
  public init?(negating array: Layout, of dtype: DType) {
    guard let number = NumberType(dtype), number.isSigned else { return nil }
    self.number = number
    path = StridedCopy(from: array, to: array)
    step = .negate
  }

  /// The same pass from and to other places.
  public func moved(source: Int, destination: Int) -> StridedArithmetic {
    StridedArithmetic(path: path.moved(source: source, destination: destination), step: step, number: number)
  }

  private init(path: StridedCopy, step: Step, number: NumberType) {
    self.path = path
    self.step = step
    self.number = number
  }

  /// The bytes of the destination's elements.
  public var byteCount: Int { path.byteCount }
}
