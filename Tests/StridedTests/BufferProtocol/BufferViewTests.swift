import ComplexModule
import SeededRandom
import Strided
import Testing

@Suite struct BufferViewTests {
  // Outside of `#expect`, where no view may be.
  private func expect<Value: Equatable>(
    _ found: Value, _ expected: Value, _ comment: Comment? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(found == expected, comment, sourceLocation: sourceLocation)
  }

  /// A random array in random bytes; its first byte is that of the memory.
  private struct Case {
    var array: PlainArray
    var memory: [UInt8]
    let start: Int

    init(shape: [Int]? = nil, itemSize: Int, _ chance: inout Chance) {
      array = .random(shape: shape ?? PlainArray.randomShape(&chance), itemSize: itemSize, &chance)
      array.offset = 0
      let offsets = array.offsets
      start = -(offsets.min() ?? 0) + chance.number(in: 0...9)
      memory = chance.bytes(start + (offsets.max() ?? 0) + itemSize + chance.number(in: 0...9))
    }

    /// The bytes of all elements, in C order of their indices.
    func contents(_ array: PlainArray) -> [UInt8] {
      array.offsets.flatMap { memory[(start + $0)..<(start + $0 + array.itemSize)] }
    }
  }

  private static let formats = [1: "B", 2: "H", 4: "I", 8: "Q", 3: "3s", 5: "5s", 16: "Zd", 24: "T{ddd}"]

  @Test func copiesToAndFromContiguousMemory() throws {
    for number in 0..<600 {
      var chance = Chance(case: number)
      let size = chance.one(of: Array(Self.formats.keys).sorted())
      var test = Case(itemSize: size, &chance)
      let array = test.array, expected = test.contents(array)
      let format = try #require(Self.formats[size])
      do {
        let view = try unsafe BufferView(
          test.memory.span.bytes, offset: test.start, format: format, shape: array.shape,
          strides: array.strides)
        #expect(view.bytes() == expected)
        // In Fortran order it is the transposed array in C order.
        let transposed = PlainArray(
          shape: array.shape.reversed(), strides: array.strides.reversed(), itemSize: size)
        #expect(view.bytes(order: .fortran) == test.contents(transposed))
        expect(try view.transposed().bytes(), test.contents(transposed))
        #expect(view.len == expected.count && view.readonly)
      }
      for order in [BufferOrder.c, .fortran] {
        let replacement = chance.bytes(expected.count)
        let before = test.memory, start = test.start
        do {
          var elements = test.memory.mutableSpan
          var bytes = unsafe elements.mutableBytes
          let view = try BufferView(
            writing: &bytes, offset: start, format: format, shape: array.shape, strides: array.strides)
          try unsafe view.copy(fromContiguous: replacement.span.bytes, order: order)
          expect(view.bytes(order: order), replacement)
        }
        let touched = Set(array.byteSet.map { $0 + test.start })
        #expect(test.memory.indices.allSatisfy { touched.contains($0) || test.memory[$0] == before[$0] })
      }
    }
  }

  @Test func slicesAsIndexListsDo() throws {
    for number in 0..<1500 {
      var chance = Chance(case: number)
      let test = Case(itemSize: 2, &chance)
      let view = try unsafe BufferView(
        test.memory.span.bytes, offset: test.start, format: "H", shape: test.array.shape,
        strides: test.array.strides)
      var slices: [AxisSlice] = [], visits: [[Int]] = []
      let sliced = chance.number(in: 0...test.array.shape.count)
      for (axis, extent) in test.array.shape.enumerated() {
        let (slice, indices) =
          axis < sliced ? randomSlice(extent: extent, &chance) : (.all, Array(0..<extent))
        if axis < sliced { slices.append(slice) }
        visits.append(indices)
      }
      let indices = visits.reduce([[]]) { partial, axis in
        partial.flatMap { index in axis.map { index + [$0] } }
      }
      let expected = indices.flatMap { index in
        let place = test.start + zip(index, test.array.strides).reduce(0) { $0 + $1.0 * $1.1 }
        return test.memory[place..<(place + 2)]
      }
      expect(try view.sliced(by: slices).bytes(), expected, "\(test.array) \(slices)")
    }
  }

  // MARK: Pointers

  /// Rows that lie anywhere, found through an array of pointers, and one of pointers to those.
  @safe private final class Rows {
    let planes: UnsafeMutableBufferPointer<UnsafeMutablePointer<UnsafeMutablePointer<Int32>>>
    let shape: [Int]

    init(_ shape: [Int]) {
      self.shape = shape
      unsafe planes = .allocate(capacity: shape[0])
      for i in 0..<shape[0] {
        let rows = UnsafeMutablePointer<UnsafeMutablePointer<Int32>>.allocate(capacity: shape[1])
        for j in 0..<shape[1] {
          // Two numbers in front of each row.
          let row = UnsafeMutablePointer<Int32>.allocate(capacity: shape[2] + 2)
          unsafe row.initialize(repeating: -1, count: shape[2] + 2)
          for k in 0..<shape[2] { unsafe row[k + 2] = Int32((i * shape[1] + j) * shape[2] + k) }
          unsafe (rows + j).initialize(to: row)
        }
        unsafe planes.initializeElement(at: i, to: rows)
      }
    }

    func structure() throws -> BufferStructure {
      try BufferStructure(format: "i", shape: shape, strides: [8, 8, 4], suboffsets: [0, 8, -1])
    }

    var start: UnsafeMutableRawPointer {
      unsafe UnsafeMutableRawPointer(planes.baseAddress.unsafelyUnwrapped)
    }

    deinit {
      for i in 0..<shape[0] {
        for j in 0..<shape[1] { unsafe planes[i][j].deallocate() }
        unsafe planes[i].deallocate()
      }
      unsafe planes.deallocate()
    }
  }

  @Test func followsPointers() throws {
    for number in 0..<300 {
      var chance = Chance(case: number)
      let rows = Rows((0..<3).map { _ in chance.number(in: 1...4) })
      let view = try unsafe BufferView(unsafeStart: rows.start, rows.structure())
      let all = view.bytes()
      #expect(all == Self.bytes(of: 0..<Int32(rows.shape.reduce(1, *))))
      var slices: [AxisSlice] = [], visits: [[Int]] = []
      for axis in 0..<3 {
        let (slice, indices) = randomSlice(extent: rows.shape[axis], &chance)
        slices.append(slice)
        visits.append(indices)
      }
      var expected: [Int32] = []
      for i in visits[0] {
        for j in visits[1] {
          for k in visits[2] { expected.append(Int32((i * rows.shape[1] + j) * rows.shape[2] + k)) }
        }
      }
      do throws(BufferError) {
        expect(try view.sliced(by: slices).bytes(), Self.bytes(of: expected), "\(rows.shape) \(slices)")
      } catch {
        #expect(error == .twoPointers(axis: 1))
        #expect("\(slices[1])".first?.isNumber == true && !"\(slices[0])".isEmpty)
      }
      withExtendedLifetime(rows) {}
    }
  }

  @Test func readsAndWritesThroughPointers() throws {
    let rows = Rows([2, 3, 4])
    let view = try unsafe BufferView(unsafeStart: rows.start, rows.structure())
    expect(try view.load(at: [1, 2, 3], as: Int32.self), 23)
    try view.store(Int32(99), at: [0, 1, 2])
    #expect(unsafe rows.planes[0][1][4] == 99)
    let plane = try view[1]
    #expect(plane.suboffsets == [8, -1] && plane.shape == [3, 4])
    expect(try plane.load(at: [2, 3], as: Int32.self), 23)
    let row = try view[1, 2]
    #expect(row.suboffsets == nil && row.shape == [4])
    expect(try row.strided(as: Int32.self)[3], 23)
    #expect(throws: BufferError.needsSuboffsets) { _ = try view.strided(as: Int32.self) }
    #expect(throws: BufferError.twoPointers(axis: 1)) { _ = try view[.all, 1] }
    expect(try view[.all, 1..<2].bytes(), Self.bytes(of: [4, 5, 99, 7, 16, 17, 18, 19]))

    var numbers = [Int32](repeating: 0, count: 24)
    var span = numbers.mutableSpan
    var array = MutableStridedView(&span, shape: [2, 3, 4])
    try view.copy(into: &array)
    #expect(numbers[23] == 23 && numbers[6] == 99)
    numbers = numbers.map { $0 + 100 }
    try view.copy(from: StridedView(numbers.span, shape: [2, 3, 4]))
    #expect(unsafe rows.planes[1][2][5] == 123 && rows.planes[1][2][1] == -1)
    withExtendedLifetime(rows) {}
  }

  private static func bytes(of numbers: some Sequence<Int32>) -> [UInt8] {
    numbers.flatMap { number in unsafe withUnsafeBytes(of: number) { unsafe Array($0) } }
  }

  // MARK: Elements

  @Test func swapsBytesOnCopyOnly() throws {
    let bytes: [UInt8] = [0x3F, 0xF8, 0, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0]
    var memory = bytes
    do {
      var elements = memory.mutableSpan
      var span = unsafe elements.mutableBytes
      let view = try BufferView(writing: &span, format: ">d", shape: [2])
      expect(try view.load(at: [0], as: Double.self), 1.5)
      #expect(throws: BufferError.byteOrder(format: ">d")) { _ = try view.strided(as: Double.self) }
      #expect(view.bytes() == bytes)
      try view.store(-1.5, at: [1])
      var numbers = [0.0, 0.0]
      var destination = numbers.mutableSpan
      var array = MutableStridedView(&destination, shape: [2])
      try view.copy(into: &array)
      #expect(numbers == [1.5, -1.5])
      let other = [2.0, 1.5]
      try view.copy(from: StridedView(other.span, shape: [2]))
    }
    #expect(memory == [0x40, 0, 0, 0, 0, 0, 0, 0, 0x3F, 0xF8, 0, 0, 0, 0, 0, 0])
  }

  @Test func swapsEveryNumberOfAStruct() throws {
    let format = "T{>h:a:2s:b:(2)T{<i:x:>Zf:y:}:c:!e:d:}"
    let size = try BufferFormat.size(of: format)
    #expect(size == 2 + 2 + 2 * 12 + 2)
    let bytes = (0..<UInt8(2 * size)).map { $0 }
    var swapped = bytes
    for item in [0, size] {
      for (offset, count) in [(0, 2), (8, 4), (12, 4), (20, 4), (24, 4), (28, 2)] {
        swapped[(item + offset)..<(item + offset + count)].reverse()
      }
    }
    var copy = [UInt8](repeating: 0, count: 2 * size)
    var elements = copy.mutableSpan
    var span = unsafe elements.mutableBytes
    let native = format.replacing(">", with: "<").replacing("!", with: "<")
    let destination = try BufferView(writing: &span, format: native, shape: [2])
    try unsafe destination.copy(from: BufferView(bytes.span.bytes, format: format, shape: [2]))
    expect(destination.bytes(), swapped)
  }

  @Test func refusesOtherTypes() throws {
    let bytes = [UInt8](repeating: 0, count: 48)
    let view = try unsafe BufferView(bytes.span.bytes, format: "d", shape: [2, 3])
    #expect(throws: BufferError.elementType(expected: "float32", found: "format \"d\"")) {
      _ = try view.strided(as: Float.self)
    }
    #expect(throws: BufferError.elementType(expected: "int64", found: "format \"d\"")) {
      _ = try view.load(at: [0, 0], as: Int.self)
    }
    #expect(throws: BufferError.notWritable) { try view.store(1.0, at: [0, 0]) }
    #expect(throws: BufferError.notWritable) { try unsafe view.copy(fromContiguous: bytes.span.bytes) }
    #expect(throws: BufferError.index(axis: 1, extent: 3, found: "3")) {
      _ = try view.load(at: [1, 3], as: Double.self)
    }
    #expect(throws: BufferError.index(axis: 0, extent: 2, found: "-1")) {
      _ = try view.load(at: [-1, 0], as: Double.self)
    }
    #expect(throws: BufferError.self) { _ = try view.load(at: [1], as: Double.self) }
    #expect(throws: BufferError.index(axis: 1, extent: 3, found: "2..<4")) { _ = try view[.all, 2..<4] }
    #expect(throws: BufferError.index(axis: 2, extent: nil, found: "1")) { _ = try view[0, 0, 1] }
    #expect(throws: BufferError.outsideMemory(elements: 8..<56, memory: 0..<48)) {
      _ = try unsafe BufferView(bytes.span.bytes, offset: 8, format: "d", shape: [2, 3])
    }
    #expect(throws: BufferError.outsideMemory(elements: -8..<16, memory: 0..<48)) {
      _ = try unsafe BufferView(bytes.span.bytes, offset: 8, format: "d", shape: [3], strides: [-8])
    }
    #expect(throws: BufferError.length(expected: 48, found: 47)) {
      var short = [UInt8](repeating: 0, count: 47)
      var elements = short.mutableSpan
      var span = unsafe elements.mutableBytes
      try view.copy(toContiguous: &span)
    }
  }

  private struct Particle: BitwiseCopyable, ArrayElement, Equatable {
    var position: (Double, Double) { (x, y) }
    var x, y: Double
    var charge: Int32
  }

  @Test func readsStructsOfTheUsers() throws {
    let particles = [Particle(x: 1, y: 2, charge: 3), Particle(x: 4, y: 5, charge: 6)]
    let plain = StridedView(particles.span, shape: [2])
    let view = try BufferView(plain, format: "T{d:x:d:y:i:charge:}")
    #expect(view.itemsize == 24)
    expect(try view.strided(as: Particle.self)[1], particles[1])
    #expect(throws: BufferError.self) { _ = try BufferView(plain) }
    let strings = try unsafe BufferView(particles.span.bytes, format: "24s", shape: [2])
    #expect(throws: BufferError.self) { _ = try strings.strided(as: Particle.self) }
  }

  @Test func lastElementStaysWhereSeveralShareAPlace() throws {
    var memory = [UInt8](repeating: 0, count: 8)
    var elements = memory.mutableSpan
    var span = unsafe elements.mutableBytes
    var view = try BufferView(writing: &span, format: "h", shape: [3, 4, 2], strides: [0, 2, 0])
    #expect(throws: BufferError.sharedElements(axis: 0)) { _ = try view.mutableStrided(as: Int16.self) }
    let numbers = (0..<24).map { Int16($0) }
    try view.copy(from: StridedView(numbers.span, shape: [3, 4, 2]))
    expect(try (0..<4).map { try view.load(at: [0, $0, 0], as: Int16.self) }, [17, 19, 21, 23])
    let fortran = (0..<24).map { Int16($0) }
    try unsafe view.copy(fromContiguous: fortran.span.bytes, order: .fortran)
    expect(try (0..<4).map { try view.load(at: [0, $0, 0], as: Int16.self) }, [14, 17, 20, 23])
  }

  @Test func goesBeyondEightAxes() throws {
    let shape = [2, 1, 3, 1, 2, 1, 1, 2, 1, 2]
    let numbers = (0..<48).map { Int32($0) }
    let view = try unsafe BufferView(numbers.span.bytes, format: "i", shape: shape)
    #expect(throws: BufferError.tooManyAxes(found: 10, limit: 8)) { _ = try view.strided(as: Int32.self) }
    #expect(view.bytes() == Self.bytes(of: numbers))
    expect(try view.transposed().bytes(order: .fortran), Self.bytes(of: numbers))
    let part = try view[1, .all, 2]
    #expect(part.ndim == 8)
    expect(try part.strided(as: Int32.self)[[0, 0, 1, 0, 0, 1, 0, 1]], 47)
  }

  @Test func takesStridedViewsAndGivesThemBack() throws {
    var numbers = (0..<60).map { Double($0) }
    let expected = numbers
    do {
      let plain = StridedView(numbers.span, shape: [5, 12])
      let view = try BufferView(plain[1..<4, .all(by: -3)])
      #expect(view.format == "d" && view.shape == [3, 4] && view.strides == [96, -24])
      expect(try view.strided(as: Double.self)[2, 3], expected[38])
    }
    var span = numbers.mutableSpan
    var plain = MutableStridedView(&span, shape: [5, 12])
    var view = try BufferView(writing: &plain)
    var back = try view.mutableStrided(as: Double.self)
    back[4, 11] = -1
    #expect(numbers[59] == -1)
  }

  @Test func copiesWithinOneMemory() throws {
    var numbers = (0..<10).map { Int32($0) }
    var elements = numbers.mutableSpan
    var bytes = unsafe elements.mutableBytes
    let all = try BufferView(writing: &bytes, format: "i", shape: [10])
    try all[2..<10].copy(from: all[0..<8])
    expect(all.bytes(), Self.bytes(of: [0, 1, 0, 1, 2, 3, 4, 5, 6, 7]))
  }

  @Test func copiesItemsThatAreWrittenDifferently() throws {
    let numbers: [Int] = [1, -2, 3]
    var copy = [Int](repeating: 0, count: 3)
    var elements = copy.mutableSpan
    var bytes = unsafe elements.mutableBytes
    let destination = try BufferView(writing: &bytes, format: "<q", shape: [3])
    try unsafe destination.copy(from: BufferView(numbers.span.bytes, format: "l", shape: [3]))
    #expect(throws: BufferError.elementType(expected: "format \"<q\"", found: "format \"d\"")) {
      try unsafe destination.copy(from: BufferView(numbers.span.bytes, format: "d", shape: [3]))
    }
    #expect(throws: BufferError.shape(expected: [3], found: [3, 1])) {
      try unsafe destination.copy(from: BufferView(numbers.span.bytes, format: "l", shape: [3, 1]))
    }
    expect(try (0..<3).map { try destination.load(at: [$0], as: Int.self) }, numbers)
  }

  @Test func isABitForBitSwapForEveryType() throws {
    func check<Element: ArrayElement & Equatable>(_ values: [Element], _ codes: [String]) throws {
      for code in codes {
        for order in ["<", ">"] {
          var memory = [UInt8](repeating: 0, count: values.count * MemoryLayout<Element>.stride)
          var elements = memory.mutableSpan
          var span = unsafe elements.mutableBytes
          let view = try BufferView(writing: &span, format: order + code, shape: [values.count])
          try view.copy(from: StridedView(values.span, shape: [values.count]))
          let parts = code.hasPrefix("Z") ? 2 : 1
          let word = MemoryLayout<Element>.stride / parts
          let native = unsafe values.withUnsafeBytes { unsafe Array($0) }
          let expected = native.indices.map { byte in
            let place = order == "<" ? byte : byte / word * word + word - 1 - byte % word
            return native[place]
          }
          #expect(view.bytes() == expected)
          for (index, value) in values.enumerated() {
            expect(try view.load(at: [index], as: Element.self), value)
          }
        }
      }
    }
    try check([1, -2, .min] as [Int8], ["b"])
    try check([1, 200] as [UInt8], ["B", "c"])
    try check([1, -2, .min] as [Int16], ["h"])
    try check([1, .max] as [UInt16], ["H"])
    try check([1, -2, .min] as [Int32], ["i", "l"])
    try check([1, .max] as [UInt32], ["I", "L"])
    try check([1, -2, .min] as [Int64], ["q"])
    try check([1, .max] as [UInt64], ["Q"])
    try check([true, false], ["?"])
    try check([1.5, -0.25] as [Float16], ["e"])
    try check([1.5, .pi] as [Float], ["f"])
    try check([1.5, .pi] as [Double], ["d"])
    try check([Complex<Float>(1.5, -2)], ["Zf"])
    try check([Complex<Double>(1.5, .pi)], ["Zd"])
  }
}
