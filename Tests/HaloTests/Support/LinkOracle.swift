import Halo

/// What the halo of every block holds after an exchange over a list of links, worked out cell by cell.
///
/// It knows the links of all ranks, and of plans and messages nothing. A cell's value tells its rank, its field and
/// its place.
struct LinkOracle {
  /// The links of every rank.
  let links: [[Link]]
  /// Which fields are the components of a vector.
  var vector: (x: Int, y: Int)?

  /// The value of an owned cell before the exchange.
  func number(rank: Int, block: Int, field: Int, cell: [Int]) -> Int {
    cell.reduce((rank * 7 + block) * 11 + field + 1) { $0 * 31 + $1 + 17 } % 16_381 + 1
  }

  /// The value of a halo cell after the exchange, or `nil` if no link fills it.
  func number(rank: Int, block: Int, field: Int, halo cell: [Int]) -> Int? {
    source(rank: rank, block: block, field: field, halo: cell).map {
      $0.sign * number(rank: $0.rank, block: $0.block, field: $0.field, cell: $0.cell)
    }
  }

  /// An owned cell that fills a halo cell.
  struct Source {
    let rank, block, field: Int
    let cell: [Int]
    let sign: Int
  }

  /// What fills a halo cell, or `nil` if no link does.
  func source(rank: Int, block: Int, field: Int, halo cell: [Int]) -> Source? {
    for link in links[rank] where link.block == block && link.receive.contains(cell) {
      let local = zip(cell, link.receive).map { $0 - $1.lowerBound }
      let other = links[link.peer].first {
        $0.block == link.peerBlock && $0.direction == link.peerDirection && $0.peer == rank
          && $0.peerBlock == block
      }
      guard let other else { return nil }
      for source in other.send.cells {
        let offset = zip(source, other.send).map { $0 - $1.lowerBound }
        guard turned(offset, in: other.send.map(\.count), by: other.quarterTurns) == local else { continue }
        let (component, sign) = origin(of: field, turned: other.quarterTurns)
        return Source(rank: link.peer, block: link.peerBlock, field: component, cell: source, sign: sign)
      }
    }
    return nil
  }

  /// Where a cell of a box comes to lie: on a map, the last axis to the right and the one before it upwards.
  private func turned(_ cell: [Int], in shape: [Int], by quarterTurns: Int) -> [Int] {
    guard quarterTurns > 0 else { return cell }
    var (cell, shape) = (cell, shape)
    let (rows, columns) = (cell.count - 2, cell.count - 1)
    for _ in 0..<quarterTurns {
      (cell[rows], cell[columns]) = (shape[columns] - 1 - cell[columns], cell[rows])
      shape.swapAt(rows, columns)
    }
    return cell
  }

  /// Which component fills a field, and with which sign: a vector to the right points down after a turn.
  private func origin(of field: Int, turned quarterTurns: Int) -> (field: Int, sign: Int) {
    guard let vector, field == vector.x || field == vector.y else { return (field, 1) }
    // How often the vector's own axes are turned clockwise, one at a time: x is then what y was, y is -x.
    var (x, y) = ((field: vector.x, sign: 1), (field: vector.y, sign: 1))
    for _ in 0..<quarterTurns { (x, y) = (y, (field: x.field, sign: -x.sign)) }
    return field == vector.x ? x : y
  }

  /// Poisons a field and gives its owned cells their values.
  func prepare<Element: TestElement, let Rank: Int>(
    _ field: inout Field<Element, Rank>, rank: Int, block: Int = 0, field number: Int
  ) {
    field.fill(field.allocated, with: .poison)
    field.forEachMutableRow(in: field.owned) { first, row in
      for x in row.indices {
        var cell = (0..<Rank).map { first[$0] }
        cell[Rank - 1] += x
        row[x] = Element(number: self.number(rank: rank, block: block, field: number, cell: cell))
      }
    }
  }

  /// The first cell, inside or halo, that does not hold what it must; compares every one.
  func firstWrong<Element: TestElement, let Rank: Int>(
    _ field: borrowing Field<Element, Rank>, rank: Int, block: Int = 0, field number: Int
  ) -> String? {
    let owned = field.owned
    var wrong: String?
    field.forEachRow(in: field.allocated) { first, row in
      for x in row.indices where wrong == nil {
        var cell = (0..<Rank).map { first[$0] }
        cell[Rank - 1] += x
        let isOwned = owned.contains(InlineArray { cell[$0] })
        let expected =
          isOwned
          ? self.number(rank: rank, block: block, field: number, cell: cell)
          : self.number(rank: rank, block: block, field: number, halo: cell)
        let value = expected.map(Element.init(number:)) ?? .poison
        if row[x] != value { wrong = "field \(number), cell \(cell): expected \(value), found \(row[x])" }
      }
    }
    return wrong
  }
}
