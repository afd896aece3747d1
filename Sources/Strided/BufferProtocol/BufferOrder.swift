/// The order in which the elements of a buffer follow each other in contiguous memory: Python's `'C'`, `'F'` and `'A'`.
public enum BufferOrder: Character, Hashable, Sendable, CaseIterable {
  /// The last axis fastest.
  case c = "C"
  /// The first axis fastest.
  case fortran = "F"
  /// Either of them.
  case any = "A"
}

extension BufferOrder: CustomStringConvertible {
  /// The order in words: `C order`.
  public var description: String {
    switch self {
    case .c: "C order"
    case .fortran: "Fortran order"
    case .any: "C or Fortran order"
    }
  }
}
