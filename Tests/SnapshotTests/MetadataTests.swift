import Testing

@testable import Snapshot

@Suite struct MetadataTests {
  private func json(_ text: String) throws -> JSONValue { try Node.json(Array(text.utf8)) }

  private func array(_ changes: [String: JSONValue] = [:]) throws -> JSONValue {
    var members = try #require(json(Self.example).object)
    for (name, value) in changes { members[name] = value }
    return .object(members)
  }

  /// The example of the core specification, section "Array metadata".
  private static let example = """
    {"zarr_format": 3, "node_type": "array", "shape": [10000, 1000], "dimension_names": ["rows", "columns"],
      "data_type": "float64",
      "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [1000, 100]}},
      "chunk_key_encoding": {"name": "default", "configuration": {"separator": "/"}},
      "codecs": [{"name": "bytes", "configuration": {"endian": "little"}}],
      "fill_value": "NaN", "attributes": {"foo": 42, "bar": "apples", "baz": [1, 2, 3, 4]}}
    """

  @Test func exampleOfTheSpecification() throws {
    let metadata = try ArrayMetadata(json(Self.example))
    #expect(metadata.shape == [10000, 1000])
    #expect(metadata.chunkShape == [1000, 100])
    #expect(metadata.chunkCounts == [10, 10])
    #expect(metadata.type == .float64)
    #expect(metadata.dimensionNames == ["rows", "columns"])
    #expect(metadata.attributes["baz"] == [1, 2, 3, 4])
    #expect(metadata.fillValue.bytes == [0, 0, 0, 0, 0, 0, 0xf8, 0x7f])
    #expect(metadata.keys.key(of: [1, 0]) == "c/1/0")
    #expect(metadata.codecs.steps == [])
  }

  /// The examples of the sections on groups, data types, chunk keys, chunk grids and codecs.
  @Test func smallerExamples() throws {
    let group = try GroupMetadata(
      json(
        "{\"zarr_format\": 3, \"node_type\": \"group\", \"attributes\": {\"spam\": \"ham\", \"eggs\": 42}}"))
    #expect(group.attributes == ["spam": "ham", "eggs": 42])
    #expect(ChunkKeys().key(of: [1, 23, 45]) == "c/1/23/45")
    #expect(ChunkKeys(prefix: "c", separator: ".").key(of: [1, 23, 45]) == "c.1.23.45")
    #expect(ChunkKeys().key(of: []) == "c")
    #expect(try ChunkKeys("default") == ChunkKeys())
    #expect(try ChunkKeys(["name": "v2"]).key(of: [1, 23]) == "1.23")
    let grid = ChunkGrid(extents: [10, 200, 3000], chunkShape: [5, 20, 400])
    #expect(grid.chunks(touching: [0..<10, 0..<200, 0..<3000]).count == 2 * 10 * 8)
    #expect(grid.chunks(touching: [7..<8, 150..<151, 900..<901]) == [[1, 7, 2]])
    #expect(FillValue("NaN", of: .float32) == FillValue("0x7fc00000", of: .float32))
    #expect(FillValue(["-Infinity", "NaN"], of: .complex64)?.bytes == [0, 0, 0x80, 0xff, 0, 0, 0xc0, 0x7f])
    #expect(FillValue([1, 2], of: .complex128)?.bytes.count == 16)
    let gzip = try Codecs(
      [
        ["name": "bytes", "configuration": ["endian": "little"]],
        ["name": "gzip", "configuration": ["level": 1]],
      ], type: .int16, axes: 1)
    #expect(gzip.steps == [.gzip(level: 1)])
    let zstd = try Codecs(
      ["bytes", ["name": "zstd", "configuration": ["level": 1, "checksum": true]]], type: .int8, axes: 1)
    #expect(zstd.steps == [.zstd(level: 1, checksum: true)])
  }

  @Test func fillValues() {
    #expect(FillValue(true, of: .bool)?.bytes == [1])
    #expect(FillValue(1, of: .bool) == nil)
    #expect(FillValue(-128, of: .int8)?.bytes == [0x80])
    #expect(FillValue(128, of: .int8) == nil)
    #expect(FillValue(.unsigned(.max), of: .uint64)?.bytes == [UInt8](repeating: 255, count: 8))
    #expect(FillValue(1.0, of: .int32) == nil)
    #expect(FillValue("Infinity", of: .float16)?.bytes == [0x00, 0x7c])
    #expect(FillValue(0.1, of: .float32)?.bytes == [0xcd, 0xcc, 0xcc, 0x3d])
    #expect(FillValue("0x7ff8000000000001", of: .float64)?.bytes == [1, 0, 0, 0, 0, 0, 0xf8, 0x7f])
    for wrong: JSONValue in ["0x7fc0000", "0x+fc00000", "nan", "", .null, [1], ["NaN"], [1, 2, 3], true] {
      #expect(FillValue(wrong, of: .float32) == nil)
    }
    #expect(FillValue(["a", 1], of: .complex64) == nil)
  }

  @Test func writtenAndReadBack() throws {
    for type in ZarrType.allCases {
      let metadata = ArrayMetadata(
        shape: [4, 5, 6], type: type, chunkShape: [1, 3, 2], fillValue: FillValue(zeroOf: type),
        codecs: Codecs(type: type, order: [0, 2, 1], steps: [.zstd(level: 3, checksum: false), .crc32c]),
        dimensionNames: ["time", nil, "x"], attributes: ["units": "m"])
      #expect(try ArrayMetadata(json(metadata.json.text)) == metadata)
      let group = GroupMetadata(attributes: ["a": 1], arrays: ["h": metadata])
      #expect(try GroupMetadata(json(group.json.text)) == group)
    }
  }

  /// Steps beyond those that one file holds go to the next.
  @Test func manySteps() {
    var axis = TimeAxis()
    for step in 0..<1025 { axis.append(step: 2 * step, time: Double(step)) }
    #expect(axis.lastChunk.index == 1)
    #expect(axis.lastChunk.steps.count == 8192 && axis.lastChunk.steps.prefix(2) == [0, 8])
    #expect(axis.arrays(timeAttributes: ["units": "s"])["time"]?.chunkCounts == [2])
  }

  @Test func whatMayBeIgnored() throws {
    #expect(throws: Problem.self) { try ArrayMetadata(array(["future": ["a": 1]])) }
    #expect(throws: Never.self) { try ArrayMetadata(array(["future": ["must_understand": false]])) }
    #expect(throws: Never.self) { try ArrayMetadata(array(["storage_transformers": []])) }
    #expect(throws: Never.self) { try ArrayMetadata(array(["dimension_names": .null])) }
    #expect(throws: Never.self) { try ArrayMetadata(array(["shape": [0, 5]])) }
  }

  @Test(
    arguments: [
      ("zarr_format", 2, SnapshotError.Kind.unsupported), ("zarr_format", "3", .unsupported),
      ("node_type", "group", .invalidMetadata), ("shape", [-1, 2], .invalidMetadata),
      ("shape", [1.5, 2], .invalidMetadata), ("shape", 5, .invalidMetadata), ("shape", [1], .invalidMetadata),
      ("shape", .array(Array(repeating: 1, count: 100)), .unsupported),
      ("shape", [4_611_686_018_427_387_904, 4], .invalidMetadata), ("data_type", "r24", .foreignType),
      ("data_type", 8, .invalidMetadata),
      ("data_type", ["name": "datetime", "configuration": ["unit": "s"]], .unsupported),
      ("chunk_grid", "regular", .invalidMetadata), ("chunk_grid", ["name": "rectilinear"], .unsupported),
      ("chunk_grid", ["name": "regular", "configuration": ["chunk_shape": [0, 1]]], .invalidMetadata),
      ("chunk_grid", ["name": "regular", "configuration": ["chunk_shape": [1]]], .invalidMetadata),
      ("chunk_key_encoding", ["name": "default", "configuration": ["separator": "-"]], .invalidMetadata),
      ("chunk_key_encoding", "other", .unsupported), ("fill_value", "nothing", .invalidMetadata),
      ("codecs", [], .invalidMetadata), ("codecs", ["crc32c"], .invalidMetadata),
      ("codecs", ["bytes"], .invalidMetadata), ("codecs", ["blosc"], .unsupported),
      ("codecs", [["name": "transpose", "configuration": ["order": [0, 0]]]], .invalidMetadata),
      ("dimension_names", ["a"], .invalidMetadata), ("dimension_names", [1, 2], .invalidMetadata),
      ("attributes", [], .invalidMetadata), ("storage_transformers", ["sharding"], .unsupported),
    ] as [(String, JSONValue, SnapshotError.Kind)])
  func refused(member: String, value: JSONValue, kind: SnapshotError.Kind) throws {
    let document = try array([member: value])
    #expect { try ArrayMetadata(document) } throws: { ($0 as? Problem)?.kind == kind }
  }
}
