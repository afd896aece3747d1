extension TimeAxis {
  /// Reads which steps a snapshot has; collective.
  ///
  /// Without an array that tells their numbers, steps are counted from 0.
  init(of group: GroupMetadata, in folder: String, agreement: Agreement) throws(SnapshotError) {
    self.init()
    guard let arrays = group.arrays else { return }
    let length = arrays.values.filter { $0.dimensionNames.first == .some(Self.dimension) }.map { $0.shape[0] }
      .max()
    guard let length else { return }
    let known = Self.names.map { name in arrays[name].flatMap { $0.shape == [length] ? $0 : nil } }
    var numbers: [[Double]] = []
    for (name, metadata) in zip(Self.names, known) {
      guard let metadata else {
        numbers.append(length <= 1 << 20 ? (0..<length).map(Double.init) : [])
        continue
      }
      let series = Series(metadata: metadata, folder: "\(folder)/\(name)", mustExist: group.storesEveryChunk)
      numbers.append(try series.values(agreement))
    }
    for (time, step) in zip(numbers[0], numbers[1]) {
      append(step: Int(exactly: step) ?? steps.count, time: time)
    }
  }
}
