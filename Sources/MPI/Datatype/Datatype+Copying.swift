internal import Strided

/// What MPI does with a datatype, without MPI.
extension Datatype {
  /// The elements one after the other.
  @unsafe
  func packed(from base: UnsafeRawPointer?) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: byteCount)
    unsafe bytes.withUnsafeMutableBytes { memory in
      guard let base = unsafe base, let start = memory.baseAddress else { return }
      unsafe pack(from: base, into: start)
    }
    return bytes
  }

  @unsafe
  func pack(from base: UnsafeRawPointer, into packed: UnsafeMutableRawPointer) {
    unsafe Datatype.pack(from: base, into: packed, layouts)
  }

  static func pack(
    from base: UnsafeRawPointer, into packed: UnsafeMutableRawPointer, _ layouts: [Layout]
  ) {
    var packed = unsafe packed
    for layout in layouts {
      unsafe StridedCopy.pack(layout).execute(from: base, to: packed)
      unsafe packed += layout.byteCount
    }
  }

  static func unpack(
    from packed: UnsafeRawPointer, into base: UnsafeMutableRawPointer, _ layouts: [Layout]
  ) {
    var packed = unsafe packed
    for layout in layouts {
      unsafe StridedCopy.unpack(layout).execute(from: packed, to: base)
      unsafe packed += layout.byteCount
    }
  }
}
