internal import Strided

#if canImport(Glibc)
  internal import Glibc
#endif

/// How contiguous elements of a type are compared.
struct ElementComparison {
  private let itemSize: Int
  private let equality: ElementEquality
  private let number: (any BinaryFloatingPoint.Type)?
  /// Numbers in an element: 2 of a complex one.
  private let parts: Int

  init(_ dtype: DType, _ equality: ElementEquality) {
    itemSize = dtype.size
    self.equality = equality
    (number, parts) = ElementComparison.numbers(of: dtype)
  }

  private static func numbers(of dtype: DType) -> ((any BinaryFloatingPoint.Type)?, Int) {
    switch dtype {
    case .float32: return (Float.self, 1)
    case .float64: return (Double.self, 1)
    case .complex64: return (Float.self, 2)
    case .complex128: return (Double.self, 2)
    default: break
    }
    #if !(os(macOS) && arch(x86_64))
      if dtype == .float16 { return (Float16.self, 1) }
      if dtype == .complex32 { return (Float16.self, 2) }
    #endif
    #if arch(x86_64)
      if dtype == .longDouble { return (Float80.self, 1) }
      if dtype == .complexLongDouble { return (Float80.self, 2) }
    #endif
    return (nil, 1)
  }

  @unsafe func allEqual(_ one: UnsafeRawPointer, _ other: UnsafeRawPointer, count: Int) -> Bool {
    guard let number, equality != .bits else {
      return unsafe memcmp(one, other, count * itemSize) == 0
    }
    return unsafe allEqual(one, other, count, number)
  }

  private func allEqual<Number: BinaryFloatingPoint>(
    _ one: UnsafeRawPointer, _ other: UnsafeRawPointer, _ count: Int, _: Number.Type
  ) -> Bool {
    let mine = unsafe UnsafeBufferPointer(
      start: one.assumingMemoryBound(to: Number.self), count: count * parts)
    let theirs = unsafe UnsafeBufferPointer(
      start: other.assumingMemoryBound(to: Number.self), count: count * parts)
    return stride(from: 0, to: count * parts, by: parts).allSatisfy { first in
      let indices = first..<(first + parts)
      if indices.allSatisfy({ unsafe mine[$0] == theirs[$0] }) { return true }
      guard equality == .valueOrNaN else { return false }
      let isNaN = indices.contains { unsafe mine[$0].isNaN }
      return isNaN && indices.contains { unsafe theirs[$0].isNaN }
    }
  }
}
