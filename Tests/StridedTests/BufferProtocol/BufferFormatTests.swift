import ComplexModule
import Strided
import Testing

/// Cases of PEP 3118, of the documentation of Python's `struct` module, and of what CPython and NumPy give.
@Suite struct BufferFormatTests {
  /// The examples of PEP 3118, "Examples of Data-Format Descriptions".
  @Test func readsTheExamplesOfThePEP() throws {
    let real = try BufferFormat("d")
    #expect(real.dtype == .float64 && real.size == 8)
    let complex = try BufferFormat("Zd")
    #expect(complex.dtype == .complex128 && complex.size == 16 && complex.alignment == 8)
    #expect(try BufferFormat("BBB").size == 3)

    let pixel = try BufferFormat("B:r: B:g: B:b:")
    #expect(pixel.members.map(\.name) == ["r", "g", "b"])
    #expect(pixel.members.map(\.offset) == [0, 1, 2])

    let mixed = try BufferFormat(">i:big: <i:little:")
    #expect(mixed.members.map(\.byteOrder) == [.bigEndian, .littleEndian])
    #expect(mixed.size == 8)

    let nested = try BufferFormat(
      """
      i:ival:
         T{
            H:sval:
            B:bval:
            B:cval:
          }:sub:
      """)
    #expect(nested.size == 8)
    #expect(nested.members.map(\.name) == ["ival", "sub"])
    guard case .structure(let sub) = nested.members[1].item else {
      Issue.record("not a struct: \(nested.members[1])")
      return
    }
    #expect(nested.members[1].offset == 4)
    #expect(sub.members.map(\.name) == ["sval", "bval", "cval"])
    #expect(sub.members.map(\.offset) == [0, 2, 3])
    #expect(sub.size == 4 && sub.alignment == 2)

    let array = try BufferFormat("i:ival: (16,4)d:data:")
    #expect(array.members[1].shape == [16, 4])
    #expect(array.members[1].offset == 8)
    #expect(array.size == 8 + 16 * 4 * 8)
  }

  /// What `struct.calcsize` of CPython 3.11 gives on 64-bit Linux.
  @Test(arguments: [
    ("", 0), ("<", 0), ("x", 1), ("c", 1), ("b", 1), ("B", 1), ("?", 1), ("h", 2), ("H", 2), ("i", 4),
    ("I", 4),
    ("l", 8), ("L", 8), ("q", 8), ("Q", 8), ("n", 8), ("N", 8), ("e", 2), ("f", 4), ("d", 8), ("s", 1),
    ("p", 1),
    ("P", 8), ("=l", 4), ("<L", 4), (">q", 8), ("!h", 2), ("4h", 8), ("10s", 10), ("10c", 10), ("0s", 0),
    ("0c", 0), ("5p", 5), ("ci", 8), ("ic", 5), ("@bh", 4), ("=bh", 3), ("<bhl", 7), ("llh", 18),
    ("llh0l", 24),
    ("i0q", 8), ("b3xi", 8), ("3x", 3), ("bQ b", 17), ("hhl", 16), (">bhl", 7), ("2i h d", 24),
    (" h\ti\n", 8),
    ("@?q?", 17), ("4s0i", 4), ("5s0i", 8), ("e0d", 8),
  ])
  func hasPythonsSizes(text: String, size: Int) throws {
    #expect(try BufferFormat.size(of: text) == size)
  }

  /// What NumPy's `_dtype_from_pep3118` gives for structs, from its test suite and from running it.
  @Test(arguments: [
    ("T{b:a:i:b:}", 8, [0, 4]), ("T{i:a:b:b:}", 8, [0, 4]), ("T{=b:a:i:b:}", 5, [0, 1]),
    ("T{^b:a:i:b:}", 5, [0, 1]), ("T{b:a:3xi:b:}", 8, [0, 1, 4]), ("T{b:a:(2,3)h:b:}", 14, [0, 2]),
    ("T{T{b:x:}:a:d:b:}", 16, [0, 8]), ("T{d:a:T{b:x:h:y:}:b:}", 16, [0, 8]), ("T{3s:a:=i:b:}", 7, [0, 3]),
  ])
  func laysOutStructsAsNumPy(text: String, size: Int, offsets: [Int]) throws {
    let format = try BufferFormat(text)
    guard case .structure(let structure) = format.members[0].item else {
      Issue.record("not a struct: \(format)")
      return
    }
    #expect(format.size == size)
    #expect(structure.members.map(\.offset) == offsets)
  }

  /// Formats that CPython's `ctypes` and `array` and NumPy write for their arrays.
  @Test(arguments: [
    ("<b", DType.int8), ("<B", .uint8), ("<c", .uint8), ("<h", .int16), ("<H", .uint16), ("<i", .int32),
    ("<I", .uint32), ("<q", .int64), ("<Q", .uint64), ("<f", .float32), ("<d", .float64), ("<?", .bool),
    ("?", .bool), ("l", .int64), ("L", .uint64), ("q", .int64), ("=l", .int32), ("e", .float16),
    ("f", .float32),
    ("Zf", .complex64), ("Zd", .complex128), ("F", .complex64), ("D", .complex128), (">d", .float64),
    (">Zf", .complex64), ("n", .int64), ("N", .uint64), ("Ze", .complex32), ("1d", .float64),
    ("(1)d", .float64),
  ])
  func knowsTypes(text: String, dtype: DType) throws {
    let format = try BufferFormat(text)
    #expect(format.dtype == dtype)
    #expect(format.isNative == !text.hasPrefix(">"))
  }

  @Test(arguments: ["", "2d", "(2)d", "dd", "5s", "3w", "T{d:x:}", "P", "O", "x", "&d", "X{}", "d:x:", "3t"])
  func knowsWhatHasNoType(text: String) throws {
    #expect(try BufferFormat(text).dtype == nil)
  }

  @Test func writesTypes() {
    #expect(BufferFormat(.float64)?.description == "d")
    #expect(BufferFormat(.int64)?.description == "l")
    #expect(BufferFormat(.complex64)?.description == "Zf")
    #expect(BufferFormat(.bool)?.description == "?")
    #expect(BufferFormat(.float16)?.description == "e")
    #expect(BufferFormat(.int128) == nil)
    for dtype in [
      DType.int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64, .bool, .float16, .float32,
      .float64,
      .complex32, .complex64, .complex128,
    ] {
      #expect(BufferFormat(dtype)?.dtype == dtype)
      #expect(BufferFormat(dtype)?.size == dtype.size)
    }
  }

  #if arch(x86_64)
    @Test func knowsLongDoubles() throws {
      #expect(try BufferFormat("g").dtype == .longDouble)
      #expect(try BufferFormat("Zg").dtype == .complexLongDouble)
      #expect(BufferFormat(.longDouble)?.description == "g")
      #expect("\(DType.longDouble)" == "longdouble")
    }
  #endif

  /// What is written is what was read, but for spaces.
  @Test(arguments: [
    "i:ival:T{H:sval:B:bval:B:cval:}:sub:", "i:ival:(16,4)d:data:", ">i:big:<i:little:", "&<i", "&(2,3)<i",
    "T{<b:a:3x<i:b:}", "X{}", "X{i->d}:callback:", "<z", "<Z", "<P", "O", "10s3t5p", "^Zg@d", "3w", "2u",
    "!h=i",
    "T{}", "<T{}", "(2)T{(3)>d:x:}:y:", "Z h", "&T{Zd:z:}", "0i", "T{i:größe:}",
  ])
  func writesWhatItReads(text: String) throws {
    let format = try BufferFormat(text)
    let expected = text == "T{<b:a:3x<i:b:}" ? "T{<b:a:3xi:b:}" : text
    #expect(format.description == expected)
    #expect(try BufferFormat(format.description) == format)
  }

  @Test(arguments: [
    ("k", 0, "no item is written 'k'"), ("ik", 1, "no item is written 'k'"),
    ("T{i:a:k}", 6, "no item is written 'k'"), ("iü", 1, "no item is written 'ü'"),
    ("3", 0, "a count needs an item right behind it"), ("4 h", 1, "no item is written ' '"),
    ("<n", 1, "'n' has no standard size: write it behind '@' or '^'"),
    ("=N", 1, "'N' has no standard size: write it behind '@' or '^'"),
    ("Zi", 1, "'Z' is followed by 'e', 'f', 'd' or 'g'"), ("T{i", 3, "expected a '}'"),
    ("i}", 1, "no item is written '}'"),
    ("(2,3", 4, "expected ',' or ')'"), ("(2,)i", 3, "expected a number of items along an axis"),
    ("()i", 1, "expected a number of items along an axis"), ("(2)", 3, "expected an item"),
    ("Ti", 1, "expected a '{'"),
    ("i:name", 2, "expected a ':' behind the name"), ("T{i:a:f:a:}", 6, "a second member with the name 'a'"),
    ("&", 1, "expected an item"), ("T{<}", 3, "no item is written '}'"), ("X{i", 3, "expected a '}'"),
    ("99999999999999999999d", 0, "more bytes than can be counted"),
    ("9223372036854775807d", 0, "more bytes than can be counted"),
    ("(4294967296,4294967296)d", 23, "more bytes than can be counted"),
    ("9223372036854775807sd", 20, "more bytes than can be counted"),
  ])
  func pointsAtWhatIsWrong(text: String, position: Int, problem: String) {
    let error = #expect(throws: BufferFormatError.self) { try BufferFormat(text) }
    #expect(error?.position == position)
    #expect(error?.description == "buffer format \"\(text)\", character \(position): \(problem)")
  }

  @Test func endsWhereNestingIsTooDeep() throws {
    let limit = BufferFormat.maximumDepth
    _ = try BufferFormat(String(repeating: "T{", count: limit) + "i" + String(repeating: "}", count: limit))
    _ = try BufferFormat(String(repeating: "&", count: limit) + "i")
    for opening in ["T{", "&"] {
      let error = #expect(throws: BufferFormatError.self) {
        try BufferFormat(String(repeating: opening, count: 100_000))
      }
      #expect(error?.reason == .tooDeep(limit: limit))
      #expect(error?.position == limit * opening.count)
    }
    let shape = "(" + Array(repeating: "1", count: 65).joined(separator: ",") + ")i"
    #expect(throws: BufferFormatError.self) { try BufferFormat(shape) }
  }
}
