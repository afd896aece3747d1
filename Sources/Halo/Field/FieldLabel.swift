/// How messages and errors call a field.
enum FieldLabel {
  static func text(_ name: String?, at index: Int) -> String {
    name.map { "'\($0)'" } ?? "number \(index)"
  }
}
