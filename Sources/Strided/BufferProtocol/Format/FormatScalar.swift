/// A single item of a ``BufferFormat``, by its character in Python's `struct` module or in PEP 3118.
public enum FormatScalar: Character, Hashable, Sendable, CaseIterable {
  /// `x`, a byte that means nothing.
  case padding = "x"
  /// `c`, a C `char`.
  case character = "c"
  /// `b`, a C `signed char`.
  case signedChar = "b"
  /// `B`, a C `unsigned char`.
  case unsignedChar = "B"
  /// `?`, a C `_Bool`.
  case boolean = "?"
  /// `h`, a C `short`.
  case short = "h"
  /// `H`, a C `unsigned short`.
  case unsignedShort = "H"
  /// `i`, a C `int`.
  case int = "i"
  /// `I`, a C `unsigned int`.
  case unsignedInt = "I"
  /// `l`, a C `long`; 4 bytes in standard sizes.
  case long = "l"
  /// `L`, a C `unsigned long`; 4 bytes in standard sizes.
  case unsignedLong = "L"
  /// `q`, a C `long long`.
  case longLong = "q"
  /// `Q`, a C `unsigned long long`.
  case unsignedLongLong = "Q"
  /// `n`, a C `ssize_t`; there is none in standard sizes.
  case signedSize = "n"
  /// `N`, a C `size_t`; there is none in standard sizes.
  case size = "N"
  /// `e`, a floating-point number of 16 bits.
  case half = "e"
  /// `f`, a C `float`.
  case float = "f"
  /// `d`, a C `double`.
  case double = "d"
  /// `g`, a C `long double`.
  case longDouble = "g"
  /// `s`, a string of as many bytes as the number in front says.
  case bytes = "s"
  /// `p`, a string of as many bytes as the number in front says, the first of which tells its length.
  case pascalString = "p"
  /// `u`, a character of UCS-2.
  case ucs2 = "u"
  /// `w`, a character of UCS-4.
  case ucs4 = "w"
  /// `t`, as many bits as the number in front says, in as many whole bytes as they need.
  case bits = "t"
  /// `O`, the address of a Python object.
  case object = "O"
  /// `P`, an address, C's `void *`.
  case pointer = "P"
  /// `z`, the address of a string of C, as `ctypes` writes it.
  case stringPointer = "z"

  /// Whether the number in front is a length, not how many there are.
  var takesLength: Bool { self == .bytes || self == .pascalString || self == .bits }

  /// Whether there can be complex numbers of it.
  var isFloatingPoint: Bool {
    switch self {
    case .half, .float, .double, .longDouble: true
    default: false
    }
  }

  /// The bytes of one, `nil` if there is none in the sizes of a byte order.
  func byteCount(in byteOrder: FormatByteOrder) -> Int? {
    let isNative = byteOrder.hasNativeSizes
    return switch self {
    case .padding, .character, .signedChar, .unsignedChar, .boolean, .bytes, .pascalString, .bits: 1
    case .short, .unsignedShort, .half, .ucs2: 2
    case .int, .unsignedInt, .float, .ucs4: 4
    case .long, .unsignedLong: isNative ? MemoryLayout<CLong>.size : 4
    case .longLong, .unsignedLongLong, .double: 8
    case .signedSize, .size: isNative ? MemoryLayout<Int>.size : nil
    case .longDouble: FormatScalar.longDoubleBytes
    // Python's struct module has none in standard sizes, its ctypes module writes them.
    case .object, .pointer, .stringPointer: FormatScalar.addressBytes
    }
  }

  static var addressBytes: Int { MemoryLayout<UInt>.size }

  private static var longDoubleBytes: Int {
    #if os(macOS) && arch(arm64)
      8
    #else
      16
    #endif
  }
}
