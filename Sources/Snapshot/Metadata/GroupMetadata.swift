/// What is known of a snapshot: the document `zarr.json` of its folder, with those of its arrays in it.
///
/// The arrays' documents are also in a file each, as the specification wants it. That they are in one file as well
/// (`consolidated_metadata`, as Python writes it) lets one rename bring a new step into sight, of all arrays.
struct GroupMetadata: Equatable, Sendable {
  var attributes: [String: JSONValue] = [:]
  /// By name; `nil` if the arrays' own documents are all there is.
  var arrays: [String: ArrayMetadata]? = [:]

  /// The attribute of snapshots that were written here, all chunks of which must be there.
  static let mark = "snapshot"
  static let markValue: JSONValue = ["every_chunk_is_stored": true, "version": 1]

  /// Whether a chunk that is not there is an error; else it holds the fill value.
  var storesEveryChunk: Bool {
    attributes[Self.mark]?.object?["every_chunk_is_stored"] == .bool(true)
  }

  /// The document.
  var json: JSONValue {
    var object: [String: JSONValue] = [
      "zarr_format": 3, "node_type": "group", "attributes": .object(attributes),
    ]
    if let arrays {
      object["consolidated_metadata"] = [
        "kind": "inline", "must_understand": false, "metadata": .object(arrays.mapValues(\.json)),
      ]
    }
    return .object(object)
  }
}

extension GroupMetadata {
  /// Reads a document; of the arrays in it, those that cannot be understood are left out.
  init(_ json: JSONValue) throws(Problem) {
    let object = try Node.members(of: json, type: "group")
    try Node.refuseUnknown(
      object, known: ["zarr_format", "node_type", "attributes", "consolidated_metadata"])
    attributes = try Node.attributes(of: object)
    guard let consolidated = object["consolidated_metadata"], consolidated != .null else {
      arrays = nil
      return
    }
    guard consolidated.object?["kind"] == "inline", let nodes = consolidated.object?["metadata"]?.object
    else {
      throw Problem(.invalidMetadata, "consolidated_metadata must be of kind \"inline\" and have metadata")
    }
    var arrays: [String: ArrayMetadata] = [:]
    for (name, node) in nodes where node.object?["node_type"] == "array" {
      do {
        arrays[name] = try ArrayMetadata(node)
      } catch {
        // Of a kind that only its own reader needs to know.
        continue
      }
    }
    self.arrays = arrays
  }
}
