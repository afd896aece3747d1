extension Reduction {
  /// Reduces `count` elements each with the one at its place in `result`.
  @unsafe
  func combine(
    _ values: UnsafeRawPointer, into result: UnsafeMutableRawPointer, count: Int, of type: ReductionType
  ) {
    switch type {
    case .int8: unsafe combine(values, result, count, integers: Int8.self)
    case .int16: unsafe combine(values, result, count, integers: Int16.self)
    case .int32: unsafe combine(values, result, count, integers: Int32.self)
    case .int64: unsafe combine(values, result, count, integers: Int64.self)
    case .uint8: unsafe combine(values, result, count, integers: UInt8.self)
    case .uint16: unsafe combine(values, result, count, integers: UInt16.self)
    case .uint32: unsafe combine(values, result, count, integers: UInt32.self)
    case .uint64: unsafe combine(values, result, count, integers: UInt64.self)
    case .float: unsafe combine(values, result, count, numbers: Float.self)
    case .double: unsafe combine(values, result, count, numbers: Double.self)
    // A byte of 0 or 1: the integers' logical reductions.
    case .bool: unsafe combine(values, result, count, integers: UInt8.self)
    }
  }

  private func combine<Integer: FixedWidthInteger & BitwiseCopyable>(
    _ values: UnsafeRawPointer, _ result: UnsafeMutableRawPointer, _ count: Int, integers: Integer.Type
  ) {
    unsafe Reduction.fold(values, result, count, of: Integer.self) { a, b in
      switch self {
      case .sum: a &+ b
      case .product: a &* b
      case .min: Swift.min(a, b)
      case .max: Swift.max(a, b)
      case .logicalAnd: a != 0 && b != 0 ? 1 : 0
      case .logicalOr: a != 0 || b != 0 ? 1 : 0
      }
    }
  }

  private func combine<Number: BinaryFloatingPoint & BitwiseCopyable>(
    _ values: UnsafeRawPointer, _ result: UnsafeMutableRawPointer, _ count: Int, numbers: Number.Type
  ) {
    unsafe Reduction.fold(values, result, count, of: Number.self) { a, b in
      switch self {
      case .sum: a + b
      case .product: a * b
      case .min: Swift.min(a, b)
      case .max: Swift.max(a, b)
      case .logicalAnd, .logicalOr: fatalError("there is no reduction \(self) of floating-point numbers")
      }
    }
  }

  private static func fold<Element: BitwiseCopyable>(
    _ values: UnsafeRawPointer, _ result: UnsafeMutableRawPointer, _ count: Int, of type: Element.Type,
    _ combine: (Element, Element) -> Element
  ) {
    let stride = MemoryLayout<Element>.stride
    for offset in Swift.stride(from: 0, to: count * stride, by: stride) {
      let a = unsafe result.loadUnaligned(fromByteOffset: offset, as: Element.self)
      let b = unsafe values.loadUnaligned(fromByteOffset: offset, as: Element.self)
      unsafe result.storeBytes(of: combine(a, b), toByteOffset: offset, as: Element.self)
    }
  }
}
