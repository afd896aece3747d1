/// A member that extensions may fill: a name, with or without a configuration.
enum Extension {
  /// - Parameter known: What the configuration may hold.
  static func parts(
    of json: JSONValue?, _ member: String, mayKnow known: Set<String>
  ) throws(Problem) -> (name: String, configuration: [String: JSONValue]) {
    if let name = json?.string { return (name, [:]) }
    guard let object = json?.object, let name = object["name"]?.string else {
      throw Problem(.invalidMetadata, "\(member) must be a name, or an object with one")
    }
    guard let members = (object["configuration"] ?? .object([:])).object else {
      throw Problem(.invalidMetadata, "the configuration of \(member) \"\(name)\" must be an object")
    }
    for key in members.keys where !known.contains(key) {
      throw Problem(.unsupported, "\(member) \"\(name)\" with the unknown configuration \"\(key)\"")
    }
    return (name, members)
  }
}
