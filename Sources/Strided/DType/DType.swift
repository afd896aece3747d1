/// What one element of an array is: its name, its size in bytes and its alignment.
///
/// Two descriptions of the same type are equal however they were made: `Int` and `Int64` give ``int64``, and
/// so do `DType(of: Int.self)` and `Int.dtype`. A description is what a buffer's key, a message's check and a
/// file's header compare; element types themselves exist only in the typed views above the copy engine.
///
///     DType(of: Double.self) == .float64           // true
///     DType.complex64.size                         // 8
///
/// The names are NumPy's (`float64`, `complex128`, `bool`); a struct of the user's has its own name.
///
/// - Complexity: every operation takes constant time, but for ``description`` of a user's struct.
@frozen public struct DType: Sendable {
  @usableFromInline let type: Any.Type

  /// Bytes from one element to the next in a contiguous array (`MemoryLayout.stride`).
  public let size: Int

  /// The alignment of an element in bytes.
  public let alignment: Int

  /// The description of a type whose values are moved by copying their bytes.
  @inlinable public init<Element: BitwiseCopyable>(of type: Element.Type) {
    self.init(trivial: type)
  }

  // `Complex` is trivial but cannot be declared `BitwiseCopyable` outside its own module.
  @usableFromInline init<Element>(trivial type: Element.Type) {
    if type == Int.self {
      self.type = Int64.self
    } else if type == UInt.self {
      self.type = UInt64.self
    } else {
      self.type = type
    }
    size = MemoryLayout<Element>.stride
    alignment = MemoryLayout<Element>.alignment
  }
}

extension DType: Hashable {
  /// Whether both describe the same type.
  @inlinable public static func == (left: DType, right: DType) -> Bool {
    left.type == right.type
  }

  /// Feeds the type's identity.
  @inlinable public func hash(into hasher: inout Hasher) {
    hasher.combine(ObjectIdentifier(type))
  }
}
