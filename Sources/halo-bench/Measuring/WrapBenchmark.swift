import Glibc
import Halo

/// The figures of a wrap.
///
/// Cells are copied as bytes, so that an unsigned integer of their size may stand for their type.
func wrapFigures(
  _ pattern: WrapPattern, _ name: String, _ measurement: Measurement, over world: Communicator
) throws -> [CopyFigures] {
  let seconds =
    switch pattern.itemSize {
    case 1: try WrapBenchmark<UInt8>(pattern, name, over: world).seconds(measurement)
    case 2: try WrapBenchmark<UInt16>(pattern, name, over: world).seconds(measurement)
    case 4: try WrapBenchmark<UInt32>(pattern, name, over: world).seconds(measurement)
    case 8: try WrapBenchmark<UInt64>(pattern, name, over: world).seconds(measurement)
    default: try WrapBenchmark<UInt128>(pattern, name, over: world).seconds(measurement)
    }
  return [CopyFigures(layout: name, operation: "wrap", bytes: pattern.byteCount, seconds: seconds)]
}

/// The periodic wrap of both sides of one axis of three fields: by a plan, by MPI's packing, by plain loops and, as many
/// bytes of it, by memcpy.
final class WrapBenchmark<Cell: ArrayElement & FixedWidthInteger & UnsignedInteger> {
  private let name: String
  private let pattern: WrapPattern
  private let world: Communicator
  private var first: Field<Cell, 3>
  private var second: Field<Cell, 3>
  private var third: Field<Cell, 3>
  private var plan: HaloPlan<3>
  /// The cells of a field with its halo, counted from the first of them.
  private let array: Layout
  private let sent: Datatype
  private let received: Datatype
  private let faces: MemoryBlock
  private let source: MemoryBlock
  private let destination: MemoryBlock
  private let loops: PlainWrap<Cell>

  init(_ pattern: WrapPattern, _ name: String, over world: Communicator) throws {
    self.name = name
    self.pattern = pattern
    self.world = world
    let grid = try CartesianGrid(
      global: Array(pattern.owned), periodic: (0..<3).map { $0 == pattern.axis }, over: world)
    let halo = HaloWidths(
      (0..<3).map { $0 == pattern.axis ? HaloSides(lower: pattern.halo, upper: pattern.halo) : 0 })
    first = try Field(on: grid, halo: halo)
    second = try Field(on: grid, halo: halo)
    third = try Field(on: grid, halo: halo)
    plan = try HaloPlan(for: first, second, third, on: grid)
    let array = Self.layout(of: first)
    let (axis, width, extent) = (pattern.axis, pattern.halo, pattern.owned[pattern.axis])
    func side(_ start: Int) -> Layout { array.slicing(axis: axis, range: start..<start + width) }
    sent = try Datatype([side(extent), side(width)])
    received = try Datatype([side(0), side(width + extent)])
    faces = try MemoryBlock(byteCount: sent.byteCount)
    source = try MemoryBlock(byteCount: pattern.byteCount)
    destination = try MemoryBlock(byteCount: pattern.byteCount)
    loops = PlainWrap(array, axis: axis, halo: width)
    self.array = array
  }

  private static func layout(of field: borrowing Field<Cell, 3>) -> Layout {
    let cells = field.strided(field.allocated).layout
    return Layout(shape: cells.shape, strides: cells.strides, itemSize: cells.itemSize)
  }

  /// The seconds that the plan, memcpy, MPI and plain loops take, once all are known to be right.
  func seconds(_ measurement: Measurement) throws -> [Spread] {
    try check("HaloPlan", wrap)
    try check("MPI", wrapByMPI)
    try check("the plain loops", wrapByLoops)
    return try measurement.run([wrap, copy, wrapByMPI, wrapByLoops].map { .repeating($0) })
  }
}

// MARK: - What is measured

extension WrapBenchmark {
  private func wrap() throws {
    try plan.exchange(&first, &second, &third)
  }

  private func copy() {
    unsafe memcpy(destination.base, source.base, pattern.byteCount)
  }

  private func wrapByMPI() throws {
    unsafe try forEachField { _, cells in
      unsafe try sent.pack(from: cells, into: faces.bytes, over: world)
      unsafe try received.unpack(from: UnsafeRawBufferPointer(faces.bytes), into: cells, over: world)
    }
  }

  private func wrapByLoops() throws {
    unsafe try forEachField { _, cells in unsafe loops.run(cells) }
  }

  /// Calls a function with the number and the first cell, in the halo, of each field.
  private func forEachField(_ body: (Int, UnsafeMutablePointer<Cell>) throws -> Void) throws {
    unsafe try withCells(of: &first) { unsafe try body(0, $0) }
    unsafe try withCells(of: &second) { unsafe try body(1, $0) }
    unsafe try withCells(of: &third) { unsafe try body(2, $0) }
  }

  private func withCells(
    of field: inout Field<Cell, 3>, _ body: (UnsafeMutablePointer<Cell>) throws -> Void
  ) throws {
    var row = field.mutableRow(from: field.allocated.lower, count: 1)
    try unsafe row.withUnsafeMutableBufferPointer { cell in
      if let start = cell.baseAddress { unsafe try body(start) }
    }
  }
}

// MARK: - Whether it is right

extension WrapBenchmark {
  private func check(_ who: String, _ work: () throws -> Void) throws {
    unsafe try forEachField { number, cells in
      forEachCell { offset, _ in unsafe cells[offset] = Self.value(number, offset) }
    }
    try work()
    var isRight = true
    unsafe try forEachField { number, cells in
      forEachCell { offset, origin in
        if unsafe cells[offset] != Self.value(number, origin) { isRight = false }
      }
    }
    guard isRight else {
      throw Failure("\(name): the halo that \(who) filled is wrong; nothing was measured")
    }
  }

  /// Another value for every cell and field, as far as the type has as many.
  private static func value(_ field: Int, _ offset: Int) -> Cell {
    let bits = UInt64(truncatingIfNeeded: offset &* 4 &+ field) &* 0x9E37_79B9_7F4A_7C15
    return Cell(truncatingIfNeeded: bits ^ (bits >> 32))
  }

  /// Calls a function with where each cell lies, and where the cell lies whose value it must have, both counted in cells
  /// from the first one.
  private func forEachCell(_ body: (Int, Int) -> Void) {
    let strides = array.strides.map { $0 / array.itemSize }
    let (axis, width, extent) = (pattern.axis, pattern.halo, pattern.owned[pattern.axis])
    for i in 0..<array.shape[0] {
      for j in 0..<array.shape[1] {
        for k in 0..<array.shape[2] {
          let offset = i * strides[0] + j * strides[1] + k * strides[2]
          let index = [i, j, k][axis]
          let turns = index < width ? 1 : index >= width + extent ? -1 : 0
          body(offset, offset + turns * extent * strides[axis])
        }
      }
    }
  }
}
