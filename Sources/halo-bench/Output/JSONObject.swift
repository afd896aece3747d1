/// Keys and values of JSON, in the order that they are written in.
struct JSONObject {
  let members: [(key: String, value: JSON)]

  /// The members of both, the left ones first.
  static func + (left: JSONObject, right: JSONObject) -> JSONObject {
    JSONObject(members: left.members + right.members)
  }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  init(dictionaryLiteral elements: (String, JSON)...) {
    members = elements.map { (key: $0, value: $1) }
  }
}
