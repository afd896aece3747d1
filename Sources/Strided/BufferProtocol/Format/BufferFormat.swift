/// What one item of a buffer is, read from a format string: Python's `struct` module with the additions of PEP 3118.
///
/// ```swift
/// let pixel = try BufferFormat("B:r: B:g: B:b:")
/// pixel.size                                       // 3
/// pixel.members.map(\.name)                        // ["r", "g", "b"]
/// try BufferFormat("i:ival: T{H:sval: B:bval: B:cval:}:sub:").members[1].offset   // 4
/// try BufferFormat(">d").dtype                     // .float64, its bytes swapped
/// ```
///
/// A format is a tree of ``Member``s: items with a byte order, a count, the shape of a sub-array and a name, among them
/// structs in `T{…}`. It is written back by ``description`` without its spaces.
///
/// Sizes are those that Python gives: outermost as `struct.calcsize`, which puts no bytes behind the last item, and
/// within `T{…}` as NumPy and C, which fill a struct up to its alignment.
///
/// - Note: The source of the format language is the documentation of Python's `struct` module, and "Additions to the
///   struct string-syntax" in PEP 3118. Beyond them, as Python's own `ctypes` writes them: `z` and a `Z` without a number
///   behind it, which are pointers, and pointers behind `<` and `>`. From Python 3.14: `F` and `D`, complex numbers.
public struct BufferFormat: Hashable, Sendable {
  /// The most structs and pointers within each other that are read.
  public static let maximumDepth = 64

  /// The most axes of a sub-array that are read, as many as Python's buffers have.
  public static let maximumAxes = 64

  /// The items in the order of memory, padding among them.
  public let members: [Member]

  /// The bytes of all items together.
  public let size: Int

  /// What the address must be a multiple of, in bytes; 1 where nothing is aligned.
  public let alignment: Int

  /// Reads a format string.
  ///
  /// - Throws: `BufferFormatError`, which names the character.
  /// - Complexity: O(length of the text), in time and in memory: what is repeated is counted, not listed.
  public init(_ text: String) throws(BufferFormatError) {
    var parser = BufferFormatParser(text)
    self = try parser.wholeFormat()
  }

  init(members: [Member], size: Int, alignment: Int) {
    self.members = members
    self.size = size
    self.alignment = alignment
  }

  /// The bytes of an item with a format, `PyBuffer_SizeFromFormat` in Python.
  ///
  /// - Throws: `BufferFormatError`, which names the character.
  public static func size(of text: String) throws(BufferFormatError) -> Int {
    try BufferFormat(text).size
  }
}

extension BufferFormat {
  /// What one or several equal items are.
  public indirect enum Item: Hashable, Sendable {
    /// A number, a character, an address or padding.
    case scalar(FormatScalar)
    /// `Z` and a floating-point number: two of them, the real part first.
    case complex(FormatScalar)
    /// `T{…}`, a struct.
    case structure(BufferFormat)
    /// `&`, the address of an item.
    case pointer(to: Member)
    /// `X{…}`, the address of a function, with its signature as it is written.
    case function(signature: String)
    /// A `Z` without a number behind it: the address of a string of wide characters, as `ctypes` writes it.
    case wideStringPointer
  }

  /// Items of one kind that follow each other, at a place in what they are part of.
  public struct Member: Hashable, Sendable {
    /// What each of them is.
    public let item: Item

    /// How their bytes lie.
    public let byteOrder: FormatByteOrder

    /// The shape of a sub-array, the last axis fastest; `nil` if there is none.
    public let shape: [Int]?

    /// The number in front: how many there are, or the length of a string; `nil` if there is none.
    public let count: Int?

    /// The name, if there is one.
    public let name: String?

    /// Bytes from the start of the format or struct that this is a member of.
    public let offset: Int

    /// The bytes of one item: of the whole string where the count is a length.
    public let itemSize: Int

    /// How many items follow each other.
    public let itemCount: Int

    /// The bytes of all of them.
    public var size: Int { itemSize * itemCount }
  }
}
