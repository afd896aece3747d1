import Halo

extension CopyPattern {
  /// What a device reads of its memory, or writes, as one piece: the sectors of a cache line.
  static let sectorBytes = 32

  /// The bytes of all sectors that the parts which are packed touch, each part counted by itself.
  var touchedBytes: Int { Self.touchedBytes(packed) }

  /// The same of those that are unpacked to.
  var touchedBytesUnpacked: Int { Self.touchedBytes(unpacked) }

  private static func touchedBytes(_ parts: [Layout]) -> Int {
    parts.reduce(0) { $0 + $1.touchedSectors(of: sectorBytes) * sectorBytes }
  }
}

extension Layout {
  /// How many sectors hold something of the elements, if the memory begins with one.
  fileprivate func touchedSectors(of sectorBytes: Int) -> Int {
    guard !isEmpty else { return 0 }
    var runBytes = itemSize
    var axes: [(extent: Int, stride: Int)] = []
    for (extent, stride) in zip(shape, strides.map(abs)).sorted(by: { $0.1 < $1.1 }) where extent > 1 {
      if axes.isEmpty && stride == runBytes { runBytes *= extent } else { axes.append((extent, stride)) }
    }
    // Run after run by ascending addresses, so that a sector which two of them share is counted once.
    var (count, last) = (0, -1)
    var index = axes.map { _ in 0 }
    var place = byteBounds.lowerBound
    while true {
      let end = (place + runBytes - 1) / sectorBytes
      count += end - max(place / sectorBytes, last + 1) + 1
      last = end
      var axis = 0
      while axis < axes.count {
        index[axis] += 1
        place += axes[axis].stride
        if index[axis] < axes[axis].extent { break }
        place -= index[axis] * axes[axis].stride
        index[axis] = 0
        axis += 1
      }
      guard axis < axes.count else { return count }
    }
  }
}
