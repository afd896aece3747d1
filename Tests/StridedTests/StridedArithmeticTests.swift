import ComplexModule
import Strided
import Testing

@Suite struct StridedArithmeticTests {
  /// Every combination, of the sign or not, over runs and over single elements, against a loop over elements.
  private func check<Number: ArrayElement & Comparable & SignedNumeric>(
    _: Number.Type, small: (Int) -> Number
  ) throws {
    for combination in Combination.allCases {
      for negative in [false, true] {
        for isTurned in [false, true] {
          var source = (0..<60).map { small($0 * 37 % 41 - 20) }
          var destination = (0..<60).map { small($0 * 23 % 31 - 15) }
          let whole = Layout(contiguous: [5, 12], itemSize: MemoryLayout<Number>.stride)
          let to = whole.slicing(axis: 0, range: 1..<5).slicing(axis: 1, range: 2..<6)
          let from =
            isTurned
            ? whole.slicing(axis: 0, range: 0..<4).slicing(axis: 1, range: 7..<11).turned(clockwise: 1)
            : whole.slicing(axis: 0, range: 0..<4).slicing(axis: 1, range: 7..<11)
          var expected = destination
          for row in 0..<4 {
            for column in 0..<4 {
              // A clockwise turn takes [r, c] to [c, 3 - r].
              let (r, c) = isTurned ? (3 - column, row) : (row, column)
              let value = negative ? -source[r * 12 + 7 + c] : source[r * 12 + 7 + c]
              let place = (1 + row) * 12 + 2 + column
              switch combination {
              case .sum: expected[place] += value
              case .min: expected[place] = min(expected[place], value)
              case .max: expected[place] = max(expected[place], value)
              }
            }
          }
          let pass = try #require(
            StridedArithmetic(combination, from: from, to: to, of: Number.dtype, negative: negative))
          #expect(pass.byteCount == 16 * MemoryLayout<Number>.stride)
          unsafe source.withUnsafeMutableBytes { source in
            unsafe destination.withUnsafeMutableBytes { destination in
              guard let from = source.baseAddress, let to = destination.baseAddress else { return }
              unsafe pass.execute(from: UnsafeRawPointer(from), to: to)
            }
          }
          #expect(destination == expected, "\(combination) \(negative) \(isTurned)")
        }
      }
    }
  }

  @Test func combinationsEqualLoops() throws {
    try check(Int8.self) { Int8($0) }
    try check(Int16.self) { Int16($0) }
    try check(Int32.self) { Int32($0) }
    try check(Int.self) { $0 }
    try check(Int128.self) { Int128($0) }
    try check(Float16.self) { Float16($0) }
    try check(Float.self) { Float($0) }
    try check(Double.self) { Double($0) }
  }

  /// Zeros too, in both parts.
  @Test func complexNumbersChangeTheirSign() throws {
    let values = [Complex<Float>(0, -0.0), Complex(1.5, 0), Complex(-0.0, .infinity)]
    let pass = try #require(
      StridedArithmetic(negating: Layout(contiguous: [3], itemSize: 8), of: .complex64))
    var negated = values
    unsafe negated.withUnsafeMutableBytes { bytes in
      guard let start = bytes.baseAddress else { return }
      unsafe pass.execute(from: UnsafeRawPointer(start), to: start)
    }
    for (value, negated) in zip(values.map(\.rawStorage), negated.map(\.rawStorage)) {
      #expect(negated.x.bitPattern == (-value.x).bitPattern && negated.y.bitPattern == (-value.y).bitPattern)
    }
  }

  /// What is not a number on either side is none after.
  @Test(arguments: [Combination.min, .max], [false, true])
  func notANumberIsKept(combination: Combination, negative: Bool) throws {
    let row = Layout(contiguous: [4], itemSize: 8)
    let pass = try #require(
      StridedArithmetic(combination, from: row, to: row, of: .float64, negative: negative))
    var source = [1, Double.nan, 1, .nan]
    var destination = [1, 1, Double.nan, .nan]
    unsafe source.withUnsafeMutableBytes { source in
      unsafe destination.withUnsafeMutableBytes { destination in
        guard let from = source.baseAddress, let to = destination.baseAddress else { return }
        unsafe pass.execute(from: UnsafeRawPointer(from), to: to)
      }
    }
    #expect(destination.map(\.isNaN) == [false, true, true, true])
  }

  @Test func signsOfStridedCells() throws {
    var numbers = (0..<24).map { Complex(Double($0), 1) }
    let column = Layout(contiguous: [4, 6], itemSize: 16).slicing(axis: 1, range: 2..<3)
    let pass = try #require(StridedArithmetic(negating: column, of: .complex128))
    unsafe numbers.withUnsafeMutableBytes {
      guard let start = $0.baseAddress else { return }
      unsafe pass.execute(from: UnsafeRawPointer(start), to: start)
    }
    for place in 0..<24 {
      let value = Complex(Double(place), 1)
      #expect(numbers[place] == (place % 6 == 2 ? -value : value))
    }
  }

  @Test func whatTypesCanDo() {
    let cell = Layout(contiguous: [1], itemSize: 8)
    #expect(StridedArithmetic(.min, from: cell, to: cell, of: .complex64) == nil)
    #expect(StridedArithmetic(.sum, from: cell, to: cell, of: .complex64) != nil)
    #expect(StridedArithmetic(.max, from: cell, to: cell, of: .uint64) != nil)
    #expect(StridedArithmetic(.max, from: cell, to: cell, of: .uint64, negative: true) == nil)
    #expect(StridedArithmetic(negating: cell, of: .uint64) == nil)
    #expect(!DType.bool.isSigned && !DType.bool.has(.sum))
    #expect(DType.uint8.has(.min) && !DType.complex128.has(.max) && DType.float16.isSigned)
  }

  @Test func nothingIsDoneToNothing() throws {
    let empty = Layout(contiguous: [4, 0], itemSize: 4)
    let pass = try #require(StridedArithmetic(.sum, from: empty, to: empty, of: .float32))
    #expect(pass.byteCount == 0)
    var place: Float = 1
    unsafe withUnsafeMutableBytes(of: &place) {
      guard let start = $0.baseAddress else { return }
      unsafe pass.execute(from: UnsafeRawPointer(start), to: start)
    }
    #expect(place == 1)
  }
}
