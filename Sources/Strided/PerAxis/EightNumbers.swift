/// Eight numbers stored inline.
///
/// A tuple, where an `InlineArray` suggests itself: Swift 6.3 keeps values that hold an `InlineArray` in memory
/// only, and a view that cannot be copied then loses compile-time checks on the spans taken from it, or cannot
/// be lent from a subscript.
@frozen @usableFromInline struct EightNumbers: BitwiseCopyable, Sendable {
  @usableFromInline var elements: (Int, Int, Int, Int, Int, Int, Int, Int)

  @inlinable @inline(__always)
  init() { elements = (0, 0, 0, 0, 0, 0, 0, 0) }

  // A switch folds away where the position is a constant, as in every access to a row or an element.
  @inlinable @inline(__always)
  subscript(position: Int) -> Int {
    get {
      switch position {
      case 0: elements.0
      case 1: elements.1
      case 2: elements.2
      case 3: elements.3
      case 4: elements.4
      case 5: elements.5
      case 6: elements.6
      default: elements.7
      }
    }
    set {
      switch position {
      case 0: elements.0 = newValue
      case 1: elements.1 = newValue
      case 2: elements.2 = newValue
      case 3: elements.3 = newValue
      case 4: elements.4 = newValue
      case 5: elements.5 = newValue
      case 6: elements.6 = newValue
      default: elements.7 = newValue
      }
    }
  }
}
