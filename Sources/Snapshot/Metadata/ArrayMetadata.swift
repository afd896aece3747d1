/// What is known of an array of a Zarr hierarchy: its document `zarr.json`.
struct ArrayMetadata: Equatable, Sendable {
  var shape: [Int]
  var type: ZarrType
  var chunkShape: [Int]
  var keys = ChunkKeys()
  var fillValue: FillValue
  var codecs: Codecs
  var dimensionNames: [String?]
  var attributes: [String: JSONValue] = [:]

  /// The most axes of an array.
  static let mostAxes = 16

  /// Chunks along each axis.
  var chunkCounts: [Int] { zip(shape, chunkShape).map { ($0 - 1) / $1 + ($0 > 0 ? 1 : 0) } }

  /// The bytes of a chunk before any codec; all chunks have as many.
  var chunkByteCount: Int { chunkShape.reduce(type.size, *) }

  /// The document.
  var json: JSONValue {
    .object([
      "zarr_format": 3, "node_type": "array",
      "shape": .array(shape.map { .integer($0) }), "data_type": .string(type.rawValue),
      "chunk_grid": [
        "name": "regular", "configuration": ["chunk_shape": .array(chunkShape.map { .integer($0) })],
      ],
      "chunk_key_encoding": ["name": "default", "configuration": ["separator": .string(keys.separator)]],
      "fill_value": FillValue.zero(of: type), "codecs": codecs.json,
      "dimension_names": .array(dimensionNames.map { $0.map { .string($0) } ?? .null }),
      "attributes": .object(attributes),
    ])
  }
}

// MARK: - Reading

extension ArrayMetadata {
  private static let members: Set<String> = [
    "zarr_format", "node_type", "shape", "data_type", "chunk_grid", "chunk_key_encoding", "fill_value",
    "codecs", "dimension_names", "attributes", "storage_transformers",
  ]

  /// Reads a document, and refuses what it does not understand.
  init(_ json: JSONValue) throws(Problem) {
    let object = try Node.members(of: json, type: "array")
    try Node.refuseUnknown(object, known: Self.members)
    if let transformers = object["storage_transformers"], transformers != .array([]) {
      throw Problem(.unsupported, "storage_transformers")
    }
    shape = try Self.extents(object["shape"], "shape", atLeast: 0)
    guard shape.count <= Self.mostAxes else {
      throw Problem(.unsupported, "\(shape.count) axes; up to \(Self.mostAxes) can be read")
    }
    let (name, _) = try Extension.parts(of: object["data_type"], "data_type", mayKnow: [])
    guard let type = ZarrType(rawValue: name) else {
      let known = ZarrType.allCases.map(\.rawValue).joined(separator: ", ")
      throw Problem(.foreignType, "elements of type \"\(name)\"; known are \(known)")
    }
    self.type = type
    chunkShape = try Self.chunkShape(object["chunk_grid"], axes: shape.count)
    keys = try ChunkKeys(object["chunk_key_encoding"] ?? .null)
    guard let fillValue = FillValue(object["fill_value"] ?? .null, of: type) else {
      throw Problem(.invalidMetadata, "the fill_value is not one of \(type)")
    }
    self.fillValue = fillValue
    codecs = try Codecs(object["codecs"] ?? .null, type: type, axes: shape.count)
    dimensionNames = try Self.dimensionNames(object["dimension_names"], axes: shape.count)
    attributes = try Node.attributes(of: object)
    guard Self.product(shape, type.size) != nil, Self.product(chunkShape, type.size) != nil else {
      throw Problem(.invalidMetadata, "bytes of \(shape) in chunks of \(chunkShape) that cannot be counted")
    }
  }

  private static func product(_ extents: [Int], _ size: Int) -> Int? {
    var product = size
    for extent in extents {
      let (next, overflow) = product.multipliedReportingOverflow(by: max(extent, 1))
      if overflow { return nil }
      product = next
    }
    return product
  }

  private static func extents(_ json: JSONValue?, _ member: String, atLeast least: Int) throws(Problem)
    -> [Int]
  {
    guard let values = json?.array else { throw Problem(.invalidMetadata, "\(member) must be an array") }
    var extents: [Int] = []
    for value in values {
      guard let extent = value.integer, extent >= least else {
        throw Problem(.invalidMetadata, "\(member) must hold whole numbers from \(least) up")
      }
      extents.append(extent)
    }
    return extents
  }

  private static func chunkShape(_ json: JSONValue?, axes: Int) throws(Problem) -> [Int] {
    let (name, configuration) = try Extension.parts(of: json, "chunk_grid", mayKnow: ["chunk_shape"])
    guard name == "regular" else {
      throw Problem(.unsupported, "the chunk_grid \"\(name)\"; regular ones can be read")
    }
    let shape = try extents(configuration["chunk_shape"], "chunk_shape", atLeast: 1)
    guard shape.count == axes else {
      throw Problem(.invalidMetadata, "a chunk_shape of \(shape.count) axes for an array of \(axes)")
    }
    return shape
  }

  private static func dimensionNames(_ json: JSONValue?, axes: Int) throws(Problem) -> [String?] {
    guard let json, json != .null else { return Array(repeating: nil, count: axes) }
    guard let names = json.array, names.count == axes,
      names.allSatisfy({ $0 == .null || $0.string != nil })
    else { throw Problem(.invalidMetadata, "dimension_names must hold a text or null for each axis") }
    return names.map(\.string)
  }
}
