import Memory

/// How rows lie in a device's memory: so that the first owned point of each is at a multiple of 128 bytes.
///
/// Threads that go along a row then read whole lines. NVIDIA, CUDA C++ Best Practices Guide, "Coalesced Access to Global
/// Memory": a warp's accesses are as many transactions of 32 bytes as they touch, and lines have 128.
enum DeviceRows {
  private static let lineBytes = 128

  /// Elements from one row to the next, for rows of so many; as many again where elements fill no line.
  static func count(_ elements: Int, itemSize: Int) -> Int {
    guard lineBytes.isMultiple(of: itemSize), elements <= Int.max - lineBytes else { return elements }
    let line = lineBytes / itemSize
    return elements.rounded(upToMultipleOf: line)
  }

  /// Elements in front of the first row, whose first owned element has so many of the halo before it.
  static func frontPadding(halo: Int, itemSize: Int) -> Int {
    guard lineBytes.isMultiple(of: itemSize) else { return 0 }
    let line = lineBytes / itemSize
    return (line - halo % line) % line
  }
}
