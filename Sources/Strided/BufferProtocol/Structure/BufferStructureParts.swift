/// The parts of a structure before it is known whether they fit each other.
struct BufferStructureParts {
  let itemsize: Int
  let ndim: Int
  let shape: [Int]?
  let strides: [Int]?
  let suboffsets: [Int]?
  let len: Int?

  /// The bytes of all items together, once everything has been found to fit.
  func checkedByteCount() throws(BufferError) -> Int {
    guard itemsize >= 0 else { throw invalid("item size", "0 bytes or more", itemsize) }
    guard (0...BufferStructure.maximumAxes).contains(ndim) else {
      throw invalid("axes", "0 to \(BufferStructure.maximumAxes)", ndim)
    }
    try checkNumbersPerAxis()
    let byteCount = try shapeBytes()
    if let len, len != byteCount {
      throw invalid("len", "\(byteCount) bytes, of shape \(shape ?? []) and items of \(itemsize) bytes", len)
    }
    try checkReach()
    return byteCount
  }

  private func checkNumbersPerAxis() throws(BufferError) {
    for (part, numbers) in [("shape", shape), ("strides", strides), ("suboffsets", suboffsets)] {
      guard let numbers, numbers.count != ndim else { continue }
      throw .invalid(part: part, expected: "\(ndim) numbers, one an axis", found: "\(numbers)")
    }
    for (axis, extent) in (shape ?? []).enumerated() where extent < 0 {
      throw invalid("shape, axis \(axis)", "0 items or more", extent)
    }
    if shape == nil, let strides {
      throw .invalid(part: "strides", expected: "none without a shape", found: "\(strides)")
    }
    if strides == nil, let suboffsets {
      throw .invalid(part: "suboffsets", expected: "none without strides", found: "\(suboffsets)")
    }
  }

  private func shapeBytes() throws(BufferError) -> Int {
    guard let shape else {
      guard ndim > 0 else { return itemsize }
      guard ndim == 1 else { throw .invalid(part: "shape", expected: "\(ndim) numbers", found: "none") }
      guard let len, len >= 0 else { throw invalid("len", "0 bytes or more", len ?? 0) }
      return len
    }
    guard !shape.contains(0) else { return 0 }
    var bytes = itemsize
    for extent in shape {
      let (product, overflow) = bytes.multipliedReportingOverflow(by: extent)
      guard !overflow else { throw uncountable }
      bytes = product
    }
    // Items of no bytes may be more than can be counted.
    guard itemsize > 0 || shape.allSatisfy({ $0 <= Int32.max }) && shape.count <= 2 else { throw uncountable }
    return bytes
  }

  /// The distance between any two elements can be counted, and that from the first to any pointer.
  private func checkReach() throws(BufferError) {
    guard let shape, let strides, !shape.contains(0) else { return }
    var (lower, upper, failed) = (0, 0, false)
    for (extent, stride) in zip(shape, strides) {
      let reach = stride.multipliedReportingOverflow(by: extent - 1)
      let end = (reach.partialValue < 0 ? lower : upper).addingReportingOverflow(reach.partialValue)
      if reach.partialValue < 0 { lower = end.partialValue } else { upper = end.partialValue }
      failed = failed || reach.overflow || end.overflow
    }
    let end = upper.addingReportingOverflow(max(itemsize, FormatScalar.addressBytes))
    guard !failed, !end.overflow, !end.partialValue.subtractingReportingOverflow(lower).overflow else {
      throw .invalid(
        part: "strides", expected: "distances that an Int can count", found: "\(strides) for shape \(shape)")
    }
  }

  private var uncountable: BufferError {
    .invalid(
      part: "shape", expected: "bytes that an Int can count",
      found: "\(shape ?? []) items of \(itemsize) bytes")
  }

  private func invalid(_ part: String, _ expected: String, _ found: Int) -> BufferError {
    .invalid(part: part, expected: expected, found: "\(found)")
  }
}
