import ComplexModule
import DeviceTesting
import Memory
import Strided
import Testing

@Suite(.serialized) struct ArrayBufferTests {
  /// Elements 0, 1, 2, … at the indices in C order.
  private func counted(
    _ shape: PerAxis, order: Layout.Order = .c, in space: TestSpace
  ) throws -> ArrayBuffer {
    let numbers = (0..<shape.reduce(1, *)).map { Float($0) }
    return try ArrayBuffer(
      copying: StridedView(numbers.span, shape: shape), order: order, allocator: space.allocator)
  }

  private func elements(_ array: ArrayBuffer) throws -> [Float] {
    try array.onHost().withView(as: Float.self) { view in
      var elements: [Float] = []
      for index in array.allIndices { elements.append(view[index]) }
      return elements
    }
  }

  @Test(arguments: TestSpace.allCases) func isMade(in space: TestSpace) throws {
    let allocator = try space.allocator
    for order in [Layout.Order.c, .fortran] {
      let zeros = try ArrayBuffer(shape: [3, 4], dtype: .float32, order: order, allocator: allocator)
      #expect(zeros.shape == [3, 4] && zeros.dtype == .float32 && zeros.space == allocator.space)
      #expect(zeros.layout.strides == (order == .c ? [16, 4] : [4, 12]))
      #expect(try zeros.allEqual(Float(0)))
      let full = try ArrayBuffer(shape: [3, 4], repeating: Float(2.5), order: order, allocator: allocator)
      #expect(try full.allEqual(Float(2.5)) && !full.allEqual(Float(2)))
      #expect(full.layout.strides == zeros.layout.strides)
      #expect(try elements(counted([3, 4], order: order, in: space)) == (0..<12).map { Float($0) })
    }
    let empty = try ArrayBuffer.empty(shape: [5], dtype: .complex128, allocator: allocator)
    #expect(empty.byteCount == 80 && empty.count == 5)
    let none = ArrayBuffer.zeroLength(shape: [3, 0], dtype: .int16)
    #expect(none.count == 0 && none.shape == [3, 0])
    #expect(try none.allEqual(Int16(7)))
    #expect(try ArrayBuffer(shape: [0], dtype: .int16, allocator: allocator).allEqual(Int16(7)))
    #expect(throws: ArrayBufferError.self) {
      try ArrayBuffer(shape: [.max, 8], dtype: .int16, allocator: allocator)
    }
    #expect(throws: ArrayBufferError.self) {
      try ArrayBuffer(shape: [-1], dtype: .int16, allocator: allocator)
    }
  }

  @Test(arguments: TestSpace.allCases) func partsAreTheSameMemory(in space: TestSpace) throws {
    let array = try counted([4, 6], in: space)
    let part = array[1..<3, .all(by: -2)]
    #expect(try elements(part) == [11, 9, 7, 17, 15, 13])
    try part.fill(Float(-1))
    var expected = (0..<24).map { Float($0) }
    for place in [7, 9, 11, 13, 15, 17] { expected[place] = -1 }
    #expect(try elements(array) == expected)
    try array[.all, 0].copy(from: counted([4], in: .host))
    for i in 0..<4 { expected[6 * i] = Float(i) }
    #expect(try elements(array) == expected)
    // Within one memory: the columns in reverse order.
    try array.copy(from: array[.all, .all(by: -1)])
    #expect(try elements(array) == (0..<4).flatMap { expected[(6 * $0)..<(6 * $0 + 6)].reversed() })
    #expect(throws: ArrayBufferError.shape(expected: [4, 6], found: [6, 4])) {
      try array.copy(from: array.transposed())
    }
    #expect(throws: ArrayBufferError.dtype(expected: .float64, found: .float32)) { try array.fill(1.0) }
  }

  @Test(arguments: TestSpace.allCases, TestSpace.allCases)
  func isCopiedBetweenSpaces(from one: TestSpace, to other: TestSpace) throws {
    let array = try counted([3, 4, 2], order: .fortran, in: one)[.all, .all(by: -1), 1]
    let expected: [Float] = [7, 5, 3, 1, 15, 13, 11, 9, 23, 21, 19, 17]
    #expect(try elements(array) == expected)
    let moved = try array.moved(to: other.allocator)
    #expect(moved.space == (try other.allocator.space))
    #expect(try elements(moved) == expected)
    for order in [Layout.Order.c, .fortran] {
      let copy = try array.copied(to: other.allocator, order: order)
      #expect(copy.layout.isContiguous(in: order))
      #expect(try copy.allEqual(array) && array.allEqual(copy))
      try copy[1, 2].fill(Float(100))
      #expect(try !copy.allEqual(array))
      #expect(try copy[1, 2].value(as: Float.self) == 100)
    }
    #expect(try array.onHost().space.isReachableByProcessor)
  }

  @Test(arguments: TestSpace.allCases) func hasOtherShapes(in space: TestSpace) throws {
    let array = try counted([2, 1, 6], in: space)
    let reshaped = try array.reshaped([3, 4])
    #expect(try elements(reshaped) == (0..<12).map { Float($0) })
    try reshaped[0, 1].fill(Float(50))
    #expect(try array[0, 0, 1].value(as: Float.self) == 50)
    // A copy, where elements do not follow each other.
    let turned = try array.transposed().reshaped([12])
    #expect(try elements(turned)[0..<4] == [0, 6, 50, 7])
    try turned.fill(Float(0))
    #expect(try array[1, 0, 5].value(as: Float.self) == 11)
    #expect(array.squeezed([1]).shape == [2, 6])
    #expect(array.permuted([2, 0, 1]).shape == [6, 2, 1])
    #expect(throws: ArrayBufferError.reshape(from: [2, 1, 6], to: [5])) { try array.reshaped([5]) }
    #expect(throws: ArrayBufferError.notOneValue(shape: [2, 1, 6])) { try array.value(as: Float.self) }
    #expect(throws: ArrayBufferError.notOneValue(shape: [0])) {
      try ArrayBuffer.zeroLength(dtype: .float32).value(as: Float.self)
    }
    #expect(throws: ArrayBufferError.dtype(expected: .int32, found: .float32)) {
      try array.value(as: Int32.self)
    }
  }

  /// NumPy's `array_equal`, with and without `equal_nan`, and bits.
  @Test(arguments: TestSpace.allCases) func comparesByItsRules(in space: TestSpace) throws {
    let allocator = try space.allocator
    func equal<Element: ArrayElement>(_ one: Element, _ other: Element) throws -> [Bool] {
      let array = try ArrayBuffer(shape: [2, 3], repeating: one, allocator: allocator)
      return try [ElementEquality.valueOrNaN, .value, .bits].map { try array.allEqual(other, by: $0) }
    }
    let other = Double(nan: 5, signaling: false)
    #expect(try equal(1.5, 1.5) == [true, true, true])
    #expect(try equal(1.5, 1.25) == [false, false, false])
    #expect(try equal(Double.nan, .nan) == [true, false, true])
    #expect(try equal(Double.nan, other) == [true, false, false])
    #expect(try equal(Double.nan, 1) == [false, false, false])
    #expect(try equal(0.0, -0.0) == [true, true, false])
    #expect(try equal(Float16.nan, -.nan) == [true, false, false])
    #expect(try equal(Float(-0.0), 0) == [true, true, false])
    let complex = Complex<Double>(.nan, 1)
    #expect(try equal(complex, complex) == [true, false, true])
    #expect(try equal(complex, Complex(2, .nan)) == [true, false, false])
    #expect(try equal(Complex<Float>(0, -0.0), Complex(-0.0, 0)) == [true, true, false])
    #expect(try equal(Complex<Float>(1, .infinity), Complex(2, .infinity)) == [false, false, false])
    #expect(try equal(Int64(7), 7) == [true, true, true])
    #expect(try equal(Int64(7), 8) == [false, false, false])
    #expect(try equal(true, false) == [false, false, false])
    let array = try ArrayBuffer(shape: [2], repeating: 1.0, allocator: allocator)
    #expect(try !array.allEqual(Float(1)))
    #expect(try !array.allEqual(ArrayBuffer(shape: [1, 2], repeating: 1.0)))
    try array[1].fill(2.0)
    #expect(try !array.allEqual(1.0))
  }

  @Test func lendsAndBorrowsWithoutCopying() throws {
    let owner = try ExportableArray(shape: [4, 6], repeating: Int32(0))
    owner.withMutableView { view in
      for i in 0..<4 { for j in 0..<6 { view[i, j] = Int32(10 * i + j) } }
    }
    do {
      let lent = try owner.export(.full).sliced(by: [.all(by: -1), .range(0..<6, by: 2)])
      let array = try ArrayBuffer(borrowing: lent, as: Int32.self)
      #expect(array.shape == [4, 3] && array.layout.strides == [-24, 8])
      #expect(try array[0, 2].value(as: Int32.self) == 34)
      try array[.first(1)].fill(Int32(-1))
      #expect(owner.withView { [$0[3, 0], $0[3, 1], $0[3, 4]] } == [-1, 31, -1])
      let copy = try array.copied()
      #expect(copy.layout.isContiguous)
      #expect(try copy.allEqual(array))
      // And on: what has borrowed lends.
      let export = try array.transposed().export(.records)
      #expect(export.structure.shape == [3, 4] && export.structure.strides == [8, -24])
      #expect(try export.view.load(at: [1, 1], as: Int32.self) == 22)
      #expect(owner.exports.count == 1)
    }
    #expect(owner.exports.count == 0)
    #expect(throws: ArrayBufferError.buffer(.elementType(expected: "float32", found: "format \"i\""))) {
      _ = try ArrayBuffer(borrowing: owner.export(), as: Float.self)
    }
    #expect(owner.exports.count == 0)
  }

  @Test func anExportKeepsTheMemory() throws {
    func lent() throws -> BufferExport {
      try ArrayBuffer(shape: [1000], repeating: 2.5, allocator: .hugePages(above: 16)).export(.full)
    }
    let export = try lent()
    #expect(try export.view.load(at: [999], as: Double.self) == 2.5)
  }

  @Test(arguments: TestDevice.all) func isADevicesArray(which: TestDevice) throws {
    let device = try which.device
    let array = try counted([4, 6], in: .device(which))
    #expect(throws: ArrayBufferError.unreachable(.device(device))) {
      try array.withView(as: Float.self) { _ in }
    }
    #expect(throws: ArrayBufferError.unreachable(.device(device))) { _ = try array.export() }
    let there = try array[1..<3].deviceArray(of: Float.self)
    #expect(there.shape == [2, 6] && there.device == device)
    #expect(try ArrayBuffer(adopting: there).allEqual(array[1..<3]))
    #expect(throws: ArrayBufferError.dtype(expected: .float64, found: .float32)) {
      _ = try array.deviceArray(of: Double.self)
    }
    let host = try counted([2], in: .host)
    #expect(throws: ArrayBufferError.unreachable(.host)) { _ = try host.deviceArray(of: Float.self) }
  }

  @Test(arguments: TestSpace.allCases) func viewsOfTheHostAreTheMemory(in space: TestSpace) throws {
    let array = try counted([2, 3], in: space).onHost()
    try array.withMutableView(as: Float.self) { $0[1, 2] = 99 }
    #expect(try array[1, 2].value(as: Float.self) == 99)
    struct Refusal: Error {}
    #expect(throws: Refusal.self) { try array.withView(as: Float.self) { _ in throw Refusal() } }
    #expect(throws: ArrayBufferError.dtype(expected: .int32, found: .float32)) {
      try array.withView(as: Int32.self) { _ in }
    }
  }
}

extension ArrayBuffer {
  /// Every index in C order.
  fileprivate var allIndices: [PerAxis] {
    shape.reduce([PerAxis()]) { partial, extent in
      partial.flatMap { index in (0..<extent).map { PerAxis(Array(index) + [$0]) } }
    }
  }
}
