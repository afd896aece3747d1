import ExampleSupport
import Foundation
import Testing

@Suite struct NpyArrayTests {
  static let threeByTwo: [Float] = [1, 2, 3, 4, 5, 6]

  /// The bytes of a file of the given version with this header text and these data.
  static func file(_ header: String, _ data: [UInt8], version: UInt8 = 1) -> [UInt8] {
    let text = Array(header.utf8)
    let length = (0..<(version == 1 ? 2 : 4)).map { UInt8(text.count >> (8 * $0) & 255) }
    return [0x93] + Array("NUMPY".utf8) + [version, 0] + length + text + data
  }

  static func bytes<T: FixedWidthInteger>(_ values: [T]) -> [UInt8] {
    values.flatMap { value in (0..<T.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
  }
  static var floatBytes: [UInt8] { bytes(threeByTwo.map(\.bitPattern)) }

  static func read(_ bytes: [UInt8]) throws -> NpyArray { try NpyArray(bytes: bytes, name: "ground.npy") }

  /// What is said of a file that must be refused.
  static func problem(_ bytes: [UInt8]) -> String {
    do {
      _ = try read(bytes)
      return "accepted"
    } catch {
      return "\(error)"
    }
  }

  @Test(arguments: [1, 2, 3] as [UInt8])
  func everyVersion(_ version: UInt8) throws {
    let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }   \n"
    let array = try Self.read(Self.file(header, Self.floatBytes, version: version))
    #expect(array.shape == [3, 2])
    #expect(array.values == [1, 2, 3, 4, 5, 6])
  }

  @Test func keysInAnyOrderAndQuotes() throws {
    let header = #"{"shape":(3,2),"fortran_order":False,"descr":"<f4"}"#
    #expect(try Self.read(Self.file(header, Self.floatBytes)).values == [1, 2, 3, 4, 5, 6])
  }

  @Test func fortranOrderIsTurned() throws {
    let header = "{'descr': '<f4', 'fortran_order': True, 'shape': (3, 2)}"
    #expect(try Self.read(Self.file(header, Self.floatBytes)).values == [1, 4, 2, 5, 3, 6])
  }

  @Test func everyElementType() throws {
    func values(_ descr: String, _ data: [UInt8]) throws -> [Double] {
      try Self.read(Self.file("{'descr': '\(descr)', 'fortran_order': False, 'shape': (2,)}", data)).values
    }
    #expect(try values("<i2", Self.bytes([-3, 300] as [Int16])) == [-3, 300])
    #expect(try values("<i4", Self.bytes([-3, 70000] as [Int32])) == [-3, 70000])
    #expect(try values("<i8", Self.bytes([-3, 1 << 40] as [Int64])) == [-3, Double(1 << 40)])
    #expect(try values("|i1", Self.bytes([-3, 5] as [Int8])) == [-3, 5])
    #expect(try values("|u1", [3, 255]) == [3, 255])
    #expect(try values("<u2", Self.bytes([3, 65535] as [UInt16])) == [3, 65535])
    #expect(try values("|b1", [0, 1]) == [0, 1])
    #expect(try values("<f2", Self.bytes([0x3c00, 0xc000] as [UInt16])) == [1, -2])
    #expect(try values("<f8", Self.bytes([0.1, -7].map(\.bitPattern))) == [0.1, -7])
    #expect(try values(">i2", [0xff, 0xfd, 0x01, 0x2c]) == [-3, 300])
  }

  @Test func scalarAndEmpty() throws {
    let one = try Self.read(Self.file("{'descr': '<i2', 'fortran_order': False, 'shape': ()}", [7, 0]))
    #expect(one.shape == [] && one.values == [7])
    let none = try Self.read(Self.file("{'descr': '<i2', 'fortran_order': False, 'shape': (0, 4)}", []))
    #expect(none.shape == [0, 4] && none.values == [])
  }

  @Test func missingFile() {
    #expect {
      try NpyArray(contentsOf: URL(filePath: "/no/such/ground.npy"))
    } throws: { error in
      "\(error)" == "/no/such/ground.npy cannot be read: no such file"
    }
  }

  @Test(
    arguments: [
      ([], "is empty"),
      (
        Array("PK\u{3}\u{4}, a zip file".utf8),
        "is not a NumPy file: it does not start with \\x93NUMPY and a version"
      ),
      (file("{}", [], version: 9), "has format version 9; 1 to 3 are understood"),
      (Array(file("{'descr': '<f4'", []).prefix(12)), "ends inside its header"),
      (file("[1, 2]", []), "has a header that cannot be understood: it is not a dictionary"),
      (
        file("{'descr': '<f4', 'shape': (3, 2)}", []),
        "has a header that cannot be understood: no key 'fortran_order'"
      ),
      (
        file("{'descr': '<f4', 'fortran_order': 0, 'shape': (3, 2)}", []),
        "has a header that cannot be understood: 'fortran_order' is neither True nor False"
      ),
      (
        file("{'descr': '<f4', 'fortran_order': False, 'shape': (3, -2)}", []),
        "has a header that cannot be understood: 'shape' holds something that is not a number of elements"
      ),
      (
        file("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (3, 2)}", []),
        "has a header that cannot be understood: 'descr' is not the name of one element type"
      ),
      (file("{'descr': '<f4", []), "has a header that cannot be understood: a string does not end"),
      (
        file("{'descr': '|O', 'fortran_order': False, 'shape': (3, 2)}", floatBytes),
        "holds elements of type '|O'; only plain integers and floats are understood"
      ),
      (
        file("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2)}", Array(floatBytes.dropLast(5))),
        "should hold 24 bytes of data for shape [3, 2] of <f4, found 19"
      ),
      (
        file("{'descr': '<f4', 'fortran_order': False, 'shape': (3000000000, 3000000000)}", floatBytes),
        "has a shape beyond all memory: [3000000000, 3000000000]"
      ),
    ] as [([UInt8], String)])
  func malformed(_ bytes: [UInt8], _ expected: String) {
    #expect(Self.problem(bytes) == "ground.npy \(expected)")
  }
}
