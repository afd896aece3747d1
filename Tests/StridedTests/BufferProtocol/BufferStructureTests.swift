import SeededRandom
import Strided
import Testing

@Suite struct BufferStructureTests {
  /// The numbers of CPython's pybuffer.h.
  @Test(arguments: [
    (BufferFlags.simple, Int32(0)), (.writable, 0x1), (.format, 0x4), (.nd, 0x8), (.strides, 0x18),
    (.cContiguous, 0x38),
    (.fContiguous, 0x58), (.anyContiguous, 0x98), (.indirect, 0x118), (.contig, 0x9), (.contigReadOnly, 0x8),
    (.strided, 0x19), (.stridedReadOnly, 0x18), (.records, 0x1D), (.recordsReadOnly, 0x1C), (.full, 0x11D),
    (.fullReadOnly, 0x11C),
  ])
  func flagsHavePythonsNumbers(flags: BufferFlags, number: Int32) {
    #expect(flags.rawValue == number)
  }

  @Test func fillsContiguousStrides() {
    func strides(_ order: BufferOrder) -> [Int] {
      BufferStructure.contiguousStrides(shape: [2, 3, 4], itemsize: 8, order: order)
    }
    #expect(strides(.c) == [96, 32, 8])
    #expect(strides(.fortran) == [8, 16, 48])
    #expect(strides(.any) == [96, 32, 8])
    #expect(BufferStructure.contiguousStrides(shape: [], itemsize: 8, order: .c) == [])
    #expect(BufferStructure.contiguousStrides(shape: [.max, .max, 2], itemsize: 8, order: .c) == [0, 16, 8])
  }

  /// `PyBuffer_IsContiguous`.
  @Test func knowsWhatIsContiguous() throws {
    func orders(_ shape: [Int], _ strides: [Int]?, _ suboffsets: [Int]? = nil) throws -> [Bool] {
      let structure = try BufferStructure(format: "d", shape: shape, strides: strides, suboffsets: suboffsets)
      return BufferOrder.allCases.map { structure.isContiguous(in: $0) }
    }
    #expect(try orders([3, 4], nil) == [true, false, true])
    #expect(try orders([3, 4], [32, 8]) == [true, false, true])
    #expect(try orders([3, 4], [8, 24]) == [false, true, true])
    #expect(try orders([3, 4], [64, 8]) == [false, false, false])
    #expect(try orders([3], [-8]) == [false, false, false])
    #expect(try orders([3], [0]) == [false, false, false])
    #expect(try orders([1, 4], [999, 8]) == [true, true, true])
    #expect(try orders([3, 1], nil) == [true, true, true])
    #expect(try orders([0, 4], [-1, 7]) == [true, true, true])
    #expect(try orders([], nil) == [true, true, true])
    #expect(try orders([3, 4], [8, 8], [0, -1]) == [false, false, false])
  }

  /// Python's `verify_structure`, from the documentation of the buffer protocol, but for its demand that all is aligned.
  private func liesWithin(_ memory: Int, _ item: Int, _ shape: [Int], _ strides: [Int], _ offset: Int) -> Bool
  {
    guard !shape.contains(0) else { return (0...memory).contains(offset) }
    let ends = zip(shape, strides).map { $0.1 * ($0.0 - 1) }
    let lowest = ends.filter { $0 <= 0 }.reduce(0, +), highest = ends.filter { $0 > 0 }.reduce(0, +)
    return 0 <= offset + lowest && offset + highest + item <= memory
  }

  @Test func findsStridesThatLeaveTheMemory() throws {
    var refused = 0
    for number in 0..<3000 {
      var chance = Chance(case: number)
      let rank = chance.number(in: 0...4)
      let shape = (0..<rank).map { _ in chance.number(in: chance.happens(oneIn: 20) ? 0...0 : 1...4) }
      let strides = (0..<rank).map { _ in chance.number(in: -30...30) }
      let memory = chance.number(in: 0...200), offset = chance.number(in: -5...205)
      let structure = try BufferStructure(format: "i", shape: shape, strides: strides)
      var found = true
      do throws(BufferError) { try structure.check(withinBytes: memory, from: offset) } catch {
        found = false
      }
      #expect(
        found == liesWithin(memory, 4, shape, strides, offset), "\(shape) \(strides) \(offset) \(memory)")
      if !found { refused += 1 }
    }
    #expect(refused > 500 && refused < 2900)
  }

  /// Members that do not fit each other, with what the error says.
  @Test func refusesWhatDoesNotFit() {
    func message(_ make: () throws -> BufferStructure) -> String {
      do { return "made \(try make())" } catch { return "\(error)" }
    }
    #expect(
      message { try BufferStructure(format: "d", shape: [3], suboffsets: [0]) }
        == "buffer, suboffsets: expected none without strides, found [0]")
    #expect(
      message { try BufferStructure(format: "d", shape: [3, 4], strides: [8]) }
        == "buffer, strides: expected 2 numbers, one an axis, found [8]")
    #expect(
      message { try BufferStructure(format: "d", shape: [3, -4]) }
        == "buffer, shape, axis 1: expected 0 items or more, found -4")
    #expect(
      message { try BufferStructure(format: "d", shape: [.max, 2]) }
        == "buffer, shape: expected bytes that an Int can count, found [9223372036854775807, 2] items of 8 bytes"
    )
    #expect(
      message { try BufferStructure(format: "d", shape: [3], strides: [.max]) }
        == "buffer, strides: expected distances that an Int can count, found [9223372036854775807] for shape [3]"
    )
    #expect(
      message { try BufferStructure(format: "d", shape: [2, 2], strides: [.max - 20, .min + 20]) }
        == "buffer, strides: expected distances that an Int can count, found [9223372036854775787, "
        + "-9223372036854775788] for shape [2, 2]")
    #expect(
      message { try BufferStructure(format: "d", shape: [Int](repeating: 1, count: 65)) }
        == "buffer, axes: expected 0 to 64, found 65")
    #expect(
      message { try BufferStructure(itemsize: -1, format: "d", shape: []) }
        == "buffer, item size: expected 0 bytes or more, found -1")
    #expect(
      message { try BufferStructure(format: "k", shape: []) }
        == "buffer format \"k\", character 0: no item is written 'k'")
    #expect(
      message { try BufferStructure(byteCount: -1) }
        == "buffer, shape, axis 0: expected 0 items or more, found -1")
  }

  // MARK: Requests

  private struct Given: Equatable {
    var shape, strides, suboffsets: [Int]?
    var format: String?
    var ndim: Int

    init(_ structure: BufferStructure) {
      (shape, strides, suboffsets) = (structure.shape, structure.strides, structure.suboffsets)
      (format, ndim) = (structure.format, structure.ndim)
    }

    init(_ shape: [Int]?, _ strides: [Int]?, _ suboffsets: [Int]?, _ format: String?, _ ndim: Int) {
      (self.shape, self.strides, self.suboffsets) = (shape, strides, suboffsets)
      (self.format, self.ndim) = (format, ndim)
    }
  }

  private func given(_ structure: BufferStructure, _ flags: BufferFlags) throws -> Given {
    Given(try structure.satisfying(flags))
  }

  /// The tables of "Buffer request types" in the documentation of Python's C API.
  @Test func givesWhatIsAskedFor() throws {
    let c = try BufferStructure(format: "d", shape: [3, 4])
    #expect(try given(c, .simple) == Given(nil, nil, nil, nil, 1))
    #expect(try given(c, .writable) == Given(nil, nil, nil, nil, 1))
    #expect(try given(c, .nd) == Given([3, 4], nil, nil, nil, 2))
    #expect(try given(c, .contig) == Given([3, 4], nil, nil, nil, 2))
    #expect(try given(c, .strided) == Given([3, 4], [32, 8], nil, nil, 2))
    #expect(try given(c, .records) == Given([3, 4], [32, 8], nil, "d", 2))
    #expect(try given(c, .full) == Given([3, 4], [32, 8], nil, "d", 2))
    #expect(try given(c, .cContiguous) == Given([3, 4], [32, 8], nil, nil, 2))
    #expect(try given(c, .anyContiguous) == Given([3, 4], [32, 8], nil, nil, 2))
    #expect(try given(c, [.nd, .format]) == Given([3, 4], nil, nil, "d", 2))
    #expect(try c.satisfying(.simple).itemsize == 8)
    #expect(try c.satisfying(.simple).extents == [96])
    #expect(throws: BufferError.notContiguous(.fortran)) { try c.satisfying(.fContiguous) }
    #expect(throws: BufferError.formatWithoutShape) { try c.satisfying(.format) }

    let fortran = try BufferStructure(format: "d", shape: [3, 4], strides: [8, 24])
    #expect(try given(fortran, .fContiguous) == Given([3, 4], [8, 24], nil, nil, 2))
    #expect(try given(fortran, .anyContiguous) == Given([3, 4], [8, 24], nil, nil, 2))
    for flags in [BufferFlags.simple, .nd, .cContiguous] {
      #expect(throws: BufferError.notContiguous(.c)) { try fortran.satisfying(flags) }
    }

    let strided = try BufferStructure(format: "d", shape: [3, 4], strides: [64, 8], readonly: true)
    #expect(try given(strided, .fullReadOnly) == Given([3, 4], [64, 8], nil, "d", 2))
    #expect(throws: BufferError.notContiguous(.any)) { try strided.satisfying(.anyContiguous) }
    for flags in [BufferFlags.writable, .full, .records, .strided, .contig] {
      #expect(throws: BufferError.notWritable) { try strided.satisfying(flags) }
    }

    let rows = try BufferStructure(format: "d", shape: [3, 4], strides: [8, 8], suboffsets: [0, -1])
    #expect(try given(rows, .indirect) == Given([3, 4], [8, 8], [0, -1], nil, 2))
    #expect(throws: BufferError.needsSuboffsets) { try rows.satisfying(.strides) }
    #expect(throws: BufferError.notContiguous(.any)) { try rows.satisfying(.anyContiguous) }

    let scalar = try BufferStructure(format: "d", shape: [])
    #expect(try given(scalar, .full) == Given(nil, nil, nil, "d", 0))
    #expect(try given(scalar, .simple) == Given(nil, nil, nil, nil, 1))
    #expect(scalar.count == 1 && scalar.len == 8)
  }

  @Test func asksForAFormatBeforeItTellsTheType() throws {
    let plain = try BufferStructure(format: "d", shape: [3]).satisfying(.nd)
    #expect(throws: BufferError.self) { try plain.elementFormat() }
    #expect(try BufferStructure(format: "d", shape: [3]).satisfying(.simple).elementFormat().dtype == .uint8)
    #expect(try BufferStructure(itemsize: 1, format: nil, shape: [3]).elementFormat().dtype == .uint8)
    let wrong = try BufferStructure(itemsize: 4, format: "u", shape: [3])
    #expect(throws: BufferError.elementType(expected: "items of 4 bytes", found: "format \"u\" of 2 bytes")) {
      try wrong.elementFormat()
    }
  }
}
