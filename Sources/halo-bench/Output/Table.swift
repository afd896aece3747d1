import Glibc

/// Rows of aligned columns, each row written as soon as it is known.
struct Table {
  struct Column {
    let title: String
    let width: Int
    let isText: Bool

    /// - Parameter isText: Whether it stands left in its width, as words do, and not right, as numbers do.
    init(_ title: String, width: Int, isText: Bool = false) {
      self.title = title
      self.width = max(width, title.count)
      self.isText = isText
    }
  }

  private let columns: [Column]

  /// Writes the header; the first column stands left in its width.
  init(_ columns: [Column]) {
    self.columns = columns
    write(columns.map(\.title))
  }

  /// Writes one row.
  func write(_ cells: [String]) {
    var line = cells[0].left(columns[0].width)
    for (cell, column) in zip(cells, columns).dropFirst() {
      line += "  " + (column.isText ? cell.left(column.width) : cell.right(column.width))
    }
    while line.last == " " { line.removeLast() }
    print(line)
    fflush(nil)
  }
}
