import Halo
import MPITesting
import SeededRandom
import Testing

/// Memory of one rank as another library may have laid it out, and a random update of it.
private struct Case: CustomStringConvertible {
  let extents: [Int]
  let periodic: [Bool]
  let halo: [HaloSides]
  /// Axes from the slowest to the fastest in memory.
  let memoryOrder: [Int]
  /// Elements in front of and behind those of each axis that belong to nobody.
  let margin: [Int]
  let reversed: [Bool]
  let stencil: Stencil

  init(rank: Int, _ chance: inout Chance) {
    extents = (0..<rank).map { _ in rank == 1 ? chance.number(in: 50...70) : chance.number(in: 14...19) }
    periodic = (0..<rank).map { _ in chance.happens(oneIn: 2) }
    halo = (0..<rank).map { _ in HaloSides(lower: chance.number(in: 0...2), upper: chance.number(in: 0...2)) }
    // The first or the last axis is fastest, and runs forwards.
    let row = chance.one(of: [0, rank - 1])
    memoryOrder = (0..<rank).filter { $0 != row }.shuffled(using: &chance) + [row]
    margin = (0..<rank).map { _ in chance.one(of: [0, 0, 1, 3]) }
    reversed = (0..<rank).map { $0 != row && chance.happens(oneIn: 3) }
    stencil = chance.one(of: Stencil.allCases)
  }

  var description: String {
    "extents \(extents) periodic \(periodic) halo \(halo) memory order \(memoryOrder) margin \(margin) "
      + "reversed \(reversed) \(stencil)"
  }
}

/// The memory, every element of which is known by its place alone.
private struct Memory<Element: TestElement> {
  let array: ExportableArray<Element>
  let test: Case
  let start: [Int]
  let owned: [Int]
  private let widths: [Int]
  private let strides: [Int]

  init(_ test: Case, start: [Int], owned: [Int]) throws {
    (self.test, self.start, self.owned) = (test, start, owned)
    widths = zip(owned, test.halo).map { $0 + $1.lower + $1.upper }
    var (strides, stride) = ([Int](repeating: 0, count: owned.count), 1)
    for axis in test.memoryOrder.reversed() {
      strides[axis] = stride
      stride *= widths[axis] + 2 * test.margin[axis]
    }
    self.strides = strides
    array = try ExportableArray(shape: [stride], repeating: .poison, format: Memory.format)
  }

  private static var format: String { BufferFormat(Element.dtype)?.description ?? "T{fff}" }

  /// The block and its halo, as its owner lends it.
  func export() throws -> BufferExport {
    let size = MemoryLayout<Element>.stride
    let first = strides.indices.reduce(0) { offset, axis in
      offset + strides[axis] * (test.margin[axis] + (test.reversed[axis] ? widths[axis] - 1 : 0))
    }
    let structure = try BufferStructure(
      format: Memory.format, shape: widths,
      strides: strides.indices.map { size * (test.reversed[$0] ? -strides[$0] : strides[$0]) })
    let whole = try HeldExport(array.export(.simple))
    return unsafe BufferExport(unsafeStart: array.bufferStart + first * size, structure) {
      withExtendedLifetime(whole) {}
    }
  }

  /// The cell that each element of the memory is, `nil` for those that belong to nobody.
  private func cell(at place: Int) -> [Int]? {
    var cell = [Int](repeating: 0, count: owned.count), rest = place
    for axis in test.memoryOrder {
      let position = rest / strides[axis] - test.margin[axis]
      rest %= strides[axis]
      guard (0..<widths[axis]).contains(position) else { return nil }
      cell[axis] = (test.reversed[axis] ? widths[axis] - 1 - position : position) - test.halo[axis].lower
    }
    return cell
  }

  func isOwned(_ cell: [Int]) -> Bool { zip(cell, owned).allSatisfy { (0..<$1).contains($0) } }

  /// Poisons everything and gives the owned cells their values, past any field.
  func prepare(_ oracle: HaloOracle) {
    array.withMutableView { view in
      for place in 0..<view.count {
        let owned = cell(at: place).flatMap { isOwned($0) ? $0 : nil }
        let number = owned.flatMap { oracle.number(ofCell: $0, origin: start, owned: self.owned) }
        view[place] = number.map(Element.init(number:)) ?? .poison
      }
    }
  }

  /// The first element of the memory that is not what it must be.
  func firstWrong(_ oracle: HaloOracle) -> String? {
    array.withView { view in
      for place in 0..<view.count {
        let cell = cell(at: place)
        let number = cell.flatMap { oracle.number(ofCell: $0, origin: start, owned: owned) }
        let expected = number.map(Element.init(number:)) ?? .poison
        guard view[place] == expected else {
          return "element \(place), cell \(cell.map { "\($0)" } ?? "none"), of the block at \(start): "
            + "expected \(expected), found \(view[place])"
        }
      }
      return nil
    }
  }
}

private final class HeldExport: Sendable {
  let export: BufferExport
  init(_ export: consuming BufferExport) { self.export = export }
}

/// Fields in memory of others, as Python's arrays are: exchanged in place, every element of that memory compared.
@Suite(.serialized, .mpi) struct BorrowedFieldMPITests {
  private func check<Element: TestElement, let Rank: Int>(
    _ element: Element.Type, rank: InlineArray<Rank, Int>, _ chance: inout Chance
  ) throws {
    let test = Case(rank: Rank, &chance)
    let grid = try CartesianGrid(global: test.extents, periodic: test.periodic, over: MPITesting.world)
    let blocks = FieldOracle(grid, axes: (0..<Rank).map { .grid($0) })
    let halo = HaloWidths(test.halo)
    let one = try Memory<Element>(test, start: blocks.start, owned: blocks.cells)
    let other = try Memory<Element>(test, start: blocks.start, owned: blocks.cells)
    var oracle = HaloOracle(extents: test.extents, periodic: test.periodic, stencil: test.stencil)
    do {
      var old = try Field<Element, Rank>(borrowing: one.export(), on: grid, halo: halo)
      // A field of the library's own beside it: one message carries both.
      var own = try Field<Element, Rank>(on: grid, halo: halo, repeating: .poison)
      var new = try Field<Element, Rank>(borrowing: other.export(), on: grid, halo: halo)
      var plan = try HaloPlan(for: old, own, on: grid, stencil: test.stencil)
      for step in 0..<4 {
        oracle.salt = step
        let memory = step % 2 == 0 ? one : other
        memory.prepare(oracle)
        oracle.prepare(&own)
        try plan.exchange(&old, &own)
        try expectNothingWrong(memory.firstWrong(oracle), "\(test) step \(step)")
        try expectNothingWrong(oracle.firstWrong(own), "\(test) step \(step), own field")
        swap(&old, &new)
      }
      #expect(one.array.exports.count == 1 && other.array.exports.count == 1)
      #expect(throws: BufferError.exported(count: 1, action: "free")) { try one.array.free() }
    }
    #expect(one.array.exports.count == 0 && other.array.exports.count == 0)
  }

  @Test func isExchangedInPlace() throws {
    let seed = try sharedSeed()
    for number in 0..<6 {
      var chance = Chance(seed: seed, case: number)
      try check(Double.self, rank: [0], &chance)
      try check(Float.self, rank: [0, 0], &chance)
      try check(Int16.self, rank: [0, 0], &chance)
      try check(Double.self, rank: [0, 0, 0], &chance)
      try check(Triple.self, rank: [0, 0, 0], &chance)
    }
  }

  /// The same memory as a list of links sees it: a ring of ranks.
  @Test func isExchangedOverLinks() throws {
    let world = MPITesting.world
    let array = try ExportableArray(shape: [6, 5], repeating: Double.poison)
    array.withMutableView { view in
      for j in 0..<4 { for i in 0..<5 { view[j + 1, i] = Double(100 * world.rank + 10 * j + i) } }
    }
    do {
      var field = try Field<Double, 2>(borrowing: array.export(.full), cells: [4, 5], halo: [1, 0])
      let above = (world.rank + 1) % world.size, below = (world.rank + world.size - 1) % world.size
      let links = [
        Link("up", to: "down", ofRank: above, send: [3..<4, 0..<5], receive: [4..<5, 0..<5]),
        Link("down", to: "up", ofRank: below, send: [0..<1, 0..<5], receive: [-1..<0, 0..<5]),
      ]
      var plan = try HaloPlan(for: field, links: links, over: world)
      try plan.exchange(&field)
      array.withView { view in
        for i in 0..<5 {
          #expect(view[0, i] == Double(100 * below + 30 + i))
          #expect(view[5, i] == Double(100 * above + i))
        }
      }
    }
    try array.free()
  }

  @Test func refusesWhatIsNoField() throws {
    let grid = try CartesianGrid(global: [50, 40], periodic: [true, true], over: MPITesting.world)
    let owned = grid.owned.map(\.count)
    let widths = owned.map { $0 + 2 }
    func message<Element: ArrayElement>(
      _ array: ExportableArray<Element>, _ flags: BufferFlags = .full, halo: HaloWidths = 1
    ) -> String {
      do {
        _ = try Field<Double, 2>(borrowing: array.export(flags), on: grid, halo: halo, name: "height")
        return "made"
      } catch {
        #expect(array.exports.count == 0)
        return "\(error)"
      }
    }
    let array = try ExportableArray(shape: PerAxis(widths), repeating: 0.0)
    #expect(message(array) == "made")
    #expect(array.exports.count == 0)
    #expect(
      message(array, halo: 2)
        == "field 'height', shape: expected \(owned.map { $0 + 4 }), the points with the halo, found \(widths)"
    )
    #expect(
      message(array, .strided)
        == "field 'height', borrowed memory: expected writable points of float64, found buffer: expected elements of "
        + "a known type, found items of 8 bytes without a format: ask for 'format'")
    let whole = try ExportableArray(shape: PerAxis(widths), repeating: 0)
    #expect(
      message(whole) == "field 'height', borrowed memory: expected writable points of float64, found "
        + "buffer: expected elements of float64, found format \"l\"")

    func message(shape: [Int], strides: [Int], readonly: Bool = false) throws -> String {
      let structure = try BufferStructure(format: "d", shape: shape, strides: strides, readonly: readonly)
      do {
        // Nothing is touched where no field is made.
        let export = unsafe BufferExport(unsafeStart: array.bufferStart, structure) {}
        _ = try Field<Double, 2>(borrowing: export, on: grid, halo: 1)
        return "made"
      } catch {
        return "\(error)"
      }
    }
    #expect(
      try message(shape: widths, strides: [16 * widths[1], 16])
        == "field, strides: expected points of the first or last axis 8 bytes apart, found [\(16 * widths[1]), 16]"
    )
    #expect(
      try message(shape: widths, strides: [8 * widths[1] - 8, 8]).contains(
        "a place of its own for each point"))
    #expect(
      try message(shape: widths, strides: [8 * widths[1] + 4, 8]).contains(
        "multiples of the 8 bytes of a point"))
    #expect(
      try message(shape: widths, strides: [8 * widths[1], 8], readonly: true).contains(
        "its memory is read-only"))
    #expect(try message(shape: widths, strides: [0, 8]).contains("share one place (stride 0)"))
  }

  /// The other way: a field that Python reads and writes, which lasts as long as it is lent.
  @Test func isLentToOthers() throws {
    func lent() throws -> BufferExport {
      var field = try Field<Double, 2>([3, 4], halo: 1, repeating: 0, order: .fortran)
      field[-1, 4] = 7
      let export = try field.export(.records)
      try store(5, in: export)
      #expect(field[0, 0] == 5)
      return export
    }
    func store(_ value: Double, in export: borrowing BufferExport) throws {
      try export.view.store(value, at: [1, 1])
    }
    let export = try lent()
    #expect(export.structure.shape == [5, 6] && export.structure.strides == [8, 40])
    #expect(try export.view.load(at: [0, 5], as: Double.self) == 7)
  }

  /// What is no field can be sent: a view through a staging buffer, as any strided array.
  @Test func isStagedAndSent() throws {
    let world = MPITesting.world
    let next = (world.rank + 1) % world.size, previous = (world.rank + world.size - 1) % world.size
    let numbers = (0..<60).map { Double($0 + 100 * world.rank) }
    var received = [Double](repeating: -1, count: 60)
    let source = try BufferView(StridedView(numbers.span, shape: [6, 10]))
    let part = try source[.all(by: -2), 3..<7]
    var span = received.mutableSpan
    var whole = MutableStridedView(&span, shape: [6, 10])
    var target = try BufferView(writing: &whole)
    try withSendBuffer(part.strided(as: Double.self)) { cells in
      let request = try world.startSend(cells, to: next, tag: 3)
      var halo = try target.mutableStrided(as: Double.self)
      try withReceiveBuffer(&halo[.first(3), .last(4)]) {
        try world.receive(into: &$0, from: previous, tag: 3)
      }
      try request.wait()
    }
    for i in 0..<3 {
      for j in 0..<4 {
        #expect(received[i * 10 + 6 + j] == Double((5 - 2 * i) * 10 + 3 + j + 100 * previous))
      }
    }
  }
}
