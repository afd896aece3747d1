/// A value of a JSON document (RFC 8259): what attributes of a snapshot and its arrays are.
///
/// Written as literals:
///
/// ```swift
/// let attributes: [String: JSONValue] = ["units": "m", "resolution": 320, "region": [-126.0, -122.0]]
/// ```
///
/// Numbers that are computed are wrapped: `.double(timeStep)`, `.integer(steps)`.
public enum JSONValue: Hashable, Sendable {
  /// No value.
  case null
  /// A truth value.
  case bool(Bool)
  /// A whole number.
  case integer(Int)
  /// A whole number above the largest `Int`.
  case unsigned(UInt64)
  /// A number with a fraction or an exponent.
  case double(Double)
  /// A text.
  case string(String)
  /// Values in order.
  case array([JSONValue])
  /// Values by name.
  case object([String: JSONValue])
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  /// A text.
  public init(stringLiteral value: String) { self = .string(value) }
  /// A whole number.
  public init(integerLiteral value: Int) { self = .integer(value) }
  /// A number.
  public init(floatLiteral value: Double) { self = .double(value) }
  /// A truth value.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  /// Values in order.
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  /// Values by name; the last of those with the same name.
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(Dictionary(elements, uniquingKeysWith: { $1 }))
  }
}

// MARK: - What it holds

extension JSONValue {
  /// The number, if it is one.
  public var number: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .unsigned(let value): Double(value)
    case .double(let value): value
    default: nil
    }
  }

  /// The whole number, if it is one that an `Int` can hold.
  public var integer: Int? { if case .integer(let value) = self { value } else { nil } }

  /// The text, if it is one.
  public var string: String? { if case .string(let value) = self { value } else { nil } }

  /// The values in order, if it is an array.
  public var array: [JSONValue]? { if case .array(let values) = self { values } else { nil } }

  /// The values by name, if it is an object.
  public var object: [String: JSONValue]? { if case .object(let values) = self { values } else { nil } }
}
