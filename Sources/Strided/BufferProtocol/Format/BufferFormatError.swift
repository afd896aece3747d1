/// A format string that cannot be read: what is wrong, and at which character.
public struct BufferFormatError: Error, Hashable, Sendable {
  /// What is wrong with a format.
  public enum Reason: Hashable, Sendable {
    /// No item is written so.
    case unknownCharacter(Character)
    /// The format ends, or is cut off, before this.
    case missing(String)
    /// A number has no item behind it.
    case countWithoutItem
    /// The sizes that are the same everywhere have no such item.
    case nativeSizesOnly(Character)
    /// `Z` is not followed by a floating-point number.
    case complexWithoutNumber
    /// A number or the size of the items cannot be counted in an `Int`.
    case tooLarge
    /// Two members of one struct have the same name.
    case repeatedName(String)
    /// Structs and pointers are nested deeper than this.
    case tooDeep(limit: Int)
    /// A sub-array has more axes than this.
    case tooManyAxes(limit: Int)
  }

  /// The format.
  public let format: String

  /// How many bytes of the format, in UTF-8, are in front of what is wrong.
  public let position: Int

  /// What is wrong there.
  public let reason: Reason

  init(format: String, position: Int, reason: Reason) {
    self.format = format
    self.position = position
    self.reason = reason
  }
}

extension BufferFormatError: CustomStringConvertible {
  /// One line: the format, the place, and what is wrong there.
  public var description: String {
    let problem =
      switch reason {
      case .unknownCharacter(let character): "no item is written '\(character)'"
      case .missing(let what): "expected \(what)"
      case .countWithoutItem: "a count needs an item right behind it"
      case .nativeSizesOnly(let character):
        "'\(character)' has no standard size: write it behind '@' or '^'"
      case .complexWithoutNumber: "'Z' is followed by 'e', 'f', 'd' or 'g'"
      case .tooLarge: "more bytes than can be counted"
      case .repeatedName(let name): "a second member with the name '\(name)'"
      case .tooDeep(let limit): "nested more than \(limit) deep"
      case .tooManyAxes(let limit): "a sub-array of more than \(limit) axes"
      }
    return "buffer format \"\(format)\", character \(position): \(problem)"
  }
}
