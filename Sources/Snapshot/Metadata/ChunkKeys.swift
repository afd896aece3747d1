/// How the files of chunks are called (Zarr's `chunk_key_encoding`).
struct ChunkKeys: Equatable, Sendable {
  /// What stands in front of the numbers; nothing in the manner of version 2.
  var prefix: String? = "c"
  var separator = "/"

  /// The name of a chunk's file, relative to its array's folder.
  func key(of chunk: [Int]) -> String {
    let numbers = chunk.map(String.init)
    if prefix == nil, numbers.isEmpty { return "0" }
    return ((prefix.map { [$0] } ?? []) + numbers).joined(separator: separator)
  }
}

extension ChunkKeys {
  init(_ json: JSONValue) throws(Problem) {
    let (name, configuration) = try Extension.parts(of: json, "chunk_key_encoding", mayKnow: ["separator"])
    let separator = configuration["separator"]?.string
    switch name {
    case "default": self.init(prefix: "c", separator: separator ?? "/")
    case "v2": self.init(prefix: nil, separator: separator ?? ".")
    default: throw Problem(.unsupported, "chunk_key_encoding \"\(name)\"; default and v2 can be read")
    }
    guard self.separator == "/" || self.separator == ".",
      configuration["separator"] == nil || separator != nil
    else { throw Problem(.invalidMetadata, "the separator of chunk_key_encoding must be \"/\" or \".\"") }
  }
}
