/// What the documents of groups and arrays have in common.
enum Node {
  /// The largest document that is read.
  static let mostBytes = 64 << 20

  /// Parses a document.
  static func json(_ bytes: [UInt8]) throws(Problem) -> JSONValue {
    do {
      return try JSONParser.value(of: bytes)
    } catch {
      throw Problem(.invalidMetadata, "not a JSON document: \(error.reason), at byte \(error.position)")
    }
  }

  /// The members of a document of version 3 and a type.
  static func members(of json: JSONValue, type: String) throws(Problem) -> [String: JSONValue] {
    guard let object = json.object else { throw Problem(.invalidMetadata, "must be an object") }
    guard let format = object["zarr_format"] else {
      throw Problem(.invalidMetadata, "has no zarr_format: it does not describe a node of Zarr")
    }
    guard format == .integer(3) else {
      throw Problem(.unsupported, "zarr_format must be 3, and is \(format.text)")
    }
    guard object["node_type"] == .string(type) else {
      throw Problem(
        .invalidMetadata, "node_type must be \"\(type)\", and is \(object["node_type"]?.text ?? "not there")")
    }
    return object
  }

  /// Refuses members that a reader must understand, as all have to be that do not say otherwise.
  static func refuseUnknown(_ object: [String: JSONValue], known: Set<String>) throws(Problem) {
    for (name, value) in object.sorted(by: { $0.key < $1.key }) where !known.contains(name) {
      guard value.object?["must_understand"] == .bool(false) else {
        throw Problem(.unsupported, "the member \"\(name)\", which is not known here")
      }
    }
  }

  static func attributes(of object: [String: JSONValue]) throws(Problem) -> [String: JSONValue] {
    guard let attributes = (object["attributes"] ?? .object([:])).object else {
      throw Problem(.invalidMetadata, "attributes must be an object")
    }
    return attributes
  }

  /// Refuses a name that the specification forbids, that cannot be a file's, or that is used for other things.
  static func check(name: String) throws(Problem) {
    let isForbidden =
      name.isEmpty || name.hasPrefix("__") || name.hasPrefix(".") || name.utf8.count > 200
      || name == "zarr.json" || name.unicodeScalars.contains { $0 == "/" || $0.value < 0x20 }
    guard !isForbidden else {
      throw Problem(
        .mismatch, "\"\(name)\" cannot be the name of an array: take letters, digits, '-', '_' and '.'")
    }
  }
}
