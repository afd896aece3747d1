import Halo
import SeededRandom

/// Blocks of random extents and halos, one a rank, and random links between them.
struct RandomLinks {
  let extents: [[Int]]
  let halo: [HaloSides]
  private(set) var links: [[Link]]

  /// - Parameters:
  ///   - ranks: How many ranks there are.
  ///   - axes: 1, 2 or 3.
  ///   - allTurns: Whether values are turned on their way.
  init(
    ranks: Int, axes: Int, allTurns: Bool, _ generator: inout SeededGenerator
  ) {
    halo = (0..<axes).map { _ in
      HaloSides(
        lower: Int.random(in: 0...2, using: &generator), upper: Int.random(in: 1...3, using: &generator))
    }
    extents = (0..<ranks).map { _ in (0..<axes).map { _ in Int.random(in: 2...6, using: &generator) } }
    links = Array(repeating: [], count: ranks)
    for number in 0..<8 * ranks {
      let (one, other) = (
        Int.random(in: 0..<ranks, using: &generator), Int.random(in: 0..<ranks, using: &generator)
      )
      let turns = allTurns && axes > 1 ? Int.random(in: 0..<4, using: &generator) : 0
      add("\(number)", one, other, turns, &generator)
    }
  }

  /// Tries to join two blocks.
  private mutating func add(
    _ name: String, _ one: Int, _ other: Int, _ turns: Int, _ generator: inout SeededGenerator
  ) {
    let receive = haloBox(of: one, &generator)
    let back = haloBox(of: other, &generator)
    guard let send = source(in: one, for: back, turned: turns, &generator),
      let reply = source(in: other, for: receive, turned: turns, &generator)
    else { return }
    let (mine, theirs) = (LinkDirection("\(name)a"), LinkDirection("\(name)b"))
    guard !isTaken(receive, of: one) else { return }
    links[one].append(
      Link(mine, to: theirs, ofRank: other, send: send, receive: receive, quarterTurns: turns))
    guard !isTaken(back, of: other) else {
      links[one].removeLast()
      return
    }
    links[other].append(
      Link(theirs, to: mine, ofRank: one, send: reply, receive: back, quarterTurns: -turns))
  }

  private func isTaken(_ box: [Range<Int>], of rank: Int) -> Bool {
    links[rank].contains { !Set($0.receive.cells).isDisjoint(with: box.cells) }
  }

  /// A box that lies beyond one side of a block.
  private func haloBox(of rank: Int, _ generator: inout SeededGenerator) -> [Range<Int>] {
    let beyond = Int.random(in: 0..<halo.count, using: &generator)
    let isUpper = halo[beyond].lower == 0 || Bool.random(using: &generator)
    return halo.indices.map { axis in
      let extent = extents[rank][axis]
      let whole =
        axis == beyond
        ? (isUpper ? extent..<extent + halo[axis].upper : -halo[axis].lower..<0)
        : -halo[axis].lower..<extent + halo[axis].upper
      let lower = Int.random(in: whole, using: &generator)
      return lower..<min(whole.upperBound, lower + Int.random(in: 1...3, using: &generator))
    }
  }

  /// Owned cells of a block that fill a box after their turns, if the block is large enough.
  private func source(
    in rank: Int, for box: [Range<Int>], turned quarterTurns: Int, _ generator: inout SeededGenerator
  ) -> [Range<Int>]? {
    var shape = box.map(\.count)
    if quarterTurns % 2 == 1 { shape.swapAt(shape.count - 2, shape.count - 1) }
    guard zip(shape, extents[rank]).allSatisfy({ $0 <= $1 }) else { return nil }
    return zip(shape, extents[rank]).map { count, extent in
      let lower = Int.random(in: 0...extent - count, using: &generator)
      return lower..<lower + count
    }
  }
}
