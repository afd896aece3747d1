/// Keys and values of JSON, in the order that they are written in.
struct JSONObject {
  // A type of its own: of tuples, Swift 6.3 finds in some orders of files that JSON refers to itself.
  struct Member {
    let key: String
    let value: JSON
  }

  let members: [Member]

  /// The members of both, the left ones first.
  static func + (left: JSONObject, right: JSONObject) -> JSONObject {
    JSONObject(members: left.members + right.members)
  }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  init(dictionaryLiteral elements: (String, JSON)...) {
    members = elements.map { Member(key: $0, value: $1) }
  }
}
