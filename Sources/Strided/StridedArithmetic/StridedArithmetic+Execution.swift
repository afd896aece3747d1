internal import ComplexModule

extension StridedArithmetic {
  /// Runs the pass, from one layout's base address to the other's.
  ///
  /// The memory must be valid over the byte bounds of the layouts that the pass was made from.
  ///
  /// - Complexity: grows with ``byteCount``; allocates nothing.
  @unsafe public func execute(from source: UnsafeRawPointer, to destination: UnsafeMutableRawPointer) {
    guard path.byteCount > 0 else { return }
    switch number {
    case .int8: unsafe run(Int8.self, source, destination)
    case .int16: unsafe run(Int16.self, source, destination)
    case .int32: unsafe run(Int32.self, source, destination)
    case .int64: unsafe run(Int64.self, source, destination)
    case .int128: unsafe run(Int128.self, source, destination)
    case .uint8: unsafe run(UInt8.self, source, destination)
    case .uint16: unsafe run(UInt16.self, source, destination)
    case .uint32: unsafe run(UInt32.self, source, destination)
    case .uint64: unsafe run(UInt64.self, source, destination)
    case .uint128: unsafe run(UInt128.self, source, destination)
    case .float32: unsafe run(Float.self, source, destination)
    case .float64: unsafe run(Double.self, source, destination)
    case .complex64: unsafe runSums(Complex<Float>.self, source, destination)
    case .complex128: unsafe runSums(Complex<Double>.self, source, destination)
    case .float16, .complex32: unsafe runHalfPrecision(source, destination)
    }
  }

  private func runHalfPrecision(_ source: UnsafeRawPointer, _ destination: UnsafeMutableRawPointer) {
    #if !(os(macOS) && arch(x86_64))
      if number == .float16 {
        unsafe run(Float16.self, source, destination)
      } else {
        unsafe runSums(Complex<Float16>.self, source, destination)
      }
    #endif
  }

  /// Goes from the step, a value, to a loop that does nothing else.
  private func run<Number: Summable & Comparable>(
    _: Number.Type, _ source: UnsafeRawPointer, _ destination: UnsafeMutableRawPointer
  ) {
    switch step {
    case .add, .subtract, .negate: unsafe runSums(Number.self, source, destination)
    case .lesser: unsafe sweep(Number.self, source, destination) { lesser($0, $1) }
    case .greater: unsafe sweep(Number.self, source, destination) { greater($0, $1) }
    case .lesserOfNegative:
      unsafe sweep(Number.self, source, destination) { lesser($0, Number.negative($1)) }
    case .greaterOfNegative:
      unsafe sweep(Number.self, source, destination) { greater($0, Number.negative($1)) }
    }
  }

  private func runSums<Number: Summable>(
    _: Number.Type, _ source: UnsafeRawPointer, _ destination: UnsafeMutableRawPointer
  ) {
    switch step {
    case .add: unsafe sweep(Number.self, source, destination) { Number.sum($0, $1) }
    case .subtract: unsafe sweep(Number.self, source, destination) { Number.sum($0, Number.negative($1)) }
    default: unsafe sweep(Number.self, source, destination) { Number.negative($1) }
    }
  }

  /// Steps through the levels of the path, `combine` being given the destination's element and the source's.
  @inline(__always)
  private func sweep<Number>(
    _: Number.Type, _ source: UnsafeRawPointer, _ destination: UnsafeMutableRawPointer,
    _ combine: (Number, Number) -> Number
  ) {
    let count = path.runBytes / MemoryLayout<Number>.stride
    var (from, to) = unsafe (source + path.sourceOffset, destination + path.destinationOffset)
    let hasRuns = count > 1 || path.counts.isEmpty
    let inner = hasRuns ? 0 : 1
    var index = PerAxis(repeating: 0, count: path.counts.count)
    while true {
      if hasRuns {
        let source = unsafe from.assumingMemoryBound(to: Number.self)
        let destination = unsafe to.assumingMemoryBound(to: Number.self)
        for place in 0..<count { unsafe destination[place] = combine(destination[place], source[place]) }
      } else {
        unsafe combineSteps(from, to, combine)
      }
      var level = inner
      while level < path.counts.count {
        unsafe from += path.sourceStrides[level]
        unsafe to += path.destinationStrides[level]
        index[level] += 1
        if index[level] < path.counts[level] { break }
        unsafe from -= path.counts[level] &* path.sourceStrides[level]
        unsafe to -= path.counts[level] &* path.destinationStrides[level]
        index[level] = 0
        level += 1
      }
      guard level < path.counts.count else { return }
    }
  }

  /// The innermost level where each run is one element.
  @inline(__always)
  private func combineSteps<Number>(
    _ source: UnsafeRawPointer, _ destination: UnsafeMutableRawPointer,
    _ combine: (Number, Number) -> Number
  ) {
    let (sourceStride, destinationStride) = (path.sourceStrides[0], path.destinationStrides[0])
    var (from, to) = unsafe (source, destination)
    for _ in 0..<path.counts[0] {
      let element = unsafe to.assumingMemoryBound(to: Number.self)
      unsafe element.pointee = combine(element.pointee, from.assumingMemoryBound(to: Number.self).pointee)
      unsafe from += sourceStride
      unsafe to += destinationStride
    }
  }
}

// Not Swift's own, which keep or lose what is not a number by the order of the two.

@inline(__always)
private func lesser<Number: Comparable>(_ left: Number, _ right: Number) -> Number {
  right < left || right != right ? right : left
}

@inline(__always)
private func greater<Number: Comparable>(_ left: Number, _ right: Number) -> Number {
  right > left || right != right ? right : left
}
