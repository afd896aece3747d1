extension Snapshot.Contents.Coordinate {
  /// The coordinates as an array of one chunk.
  var metadata: ArrayMetadata {
    ArrayMetadata(
      shape: [values.count], type: .float64, chunkShape: [max(1, values.count)],
      fillValue: FillValue(zeroOf: .float64), codecs: Codecs(type: .float64, order: [0], steps: [.crc32c]),
      dimensionNames: [name], attributes: attributes)
  }

  /// Writes the chunk into the folder of a snapshot.
  func write(into folder: String) throws(Problem) {
    guard !values.isEmpty else { return }
    try Files.makeFolders(to: "\(folder)/\(name)/c")
    try Files.replace(
      "\(folder)/\(name)/c/0", with: values.flatMap(\.bitPattern.littleEndianBytes), through: metadata.codecs)
  }
}
