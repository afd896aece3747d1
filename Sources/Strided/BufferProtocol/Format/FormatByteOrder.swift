/// How the numbers of a ``BufferFormat`` lie in memory: their byte order, their sizes and their alignment.
///
/// The characters are those of Python's `struct` module, and `^` of PEP 3118. In a format one holds until the next.
public enum FormatByteOrder: Character, Hashable, Sendable, CaseIterable {
  /// `@`, what a format begins with: as this machine's C compiler lays out a struct.
  case native = "@"
  /// `^`: this machine's byte order and sizes, without alignment.
  case nativeUnaligned = "^"
  /// `=`: this machine's byte order, sizes that are the same everywhere, without alignment.
  case standard = "="
  /// `<`: the lowest byte first, sizes that are the same everywhere, without alignment.
  case littleEndian = "<"
  /// `>`: the highest byte first, sizes that are the same everywhere, without alignment.
  case bigEndian = ">"
  /// `!`: the order of networks, which is ``bigEndian``.
  case network = "!"

  /// Whether sizes are those of this machine's C compiler, such as 8 bytes for a `long`.
  public var hasNativeSizes: Bool { self == .native || self == .nativeUnaligned }

  /// Whether items lie at multiples of their alignment.
  public var isAligned: Bool { self == .native }

  /// Whether numbers lie as this machine reads them.
  public var isNative: Bool {
    switch self {
    case .native, .nativeUnaligned, .standard: true
    case .littleEndian: FormatByteOrder.machineIsLittleEndian
    case .bigEndian, .network: !FormatByteOrder.machineIsLittleEndian
    }
  }

  private static var machineIsLittleEndian: Bool { UInt16(littleEndian: 1) == 1 }
}
