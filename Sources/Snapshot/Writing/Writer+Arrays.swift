import Halo

extension Snapshot.Writer {
  /// What the arrays of a list are in the snapshot after this step, and what does not fit.
  func describe(
    _ contents: borrowing Snapshot.Contents, step: Int?
  ) -> (arrays: [(name: String, metadata: ArrayMetadata)], problem: Problem?) {
    var arrays: [(name: String, metadata: ArrayMetadata)] = []
    do throws(Problem) {
      if let step {
        if let last = axis.steps.last, step <= last {
          throw Problem(.mismatch, "step \(step) does not follow the last one, \(last)")
        }
        guard contents.coordinates.isEmpty else {
          throw Problem(.mismatch, "coordinates belong to no step: list them where the snapshot is made")
        }
      }
      for entry in contents.entries {
        arrays.append((entry.name, try metadata(of: entry, hasSteps: step != nil)))
      }
      try checkNames(arrays.map(\.name), hasSteps: step != nil)
      try checkDimensions(with: arrays, contents)
      return (arrays, nil)
    } catch {
      return (arrays, error)
    }
  }

  /// All arrays that have steps are written at every step, no others.
  private func checkNames(_ names: [String], hasSteps: Bool) throws(Problem) {
    guard hasSteps, !axis.steps.isEmpty, let arrays = group.arrays else { return }
    let known = arrays.filter {
      $1.dimensionNames.first == TimeAxis.dimension && !TimeAxis.names.contains($0)
    }
    guard Set(names) == Set(known.keys) else {
      throw Problem(
        .mismatch, "expected the arrays \(known.keys.sorted()) of the steps before, found \(names.sorted())")
    }
  }

  /// A dimension has one length.
  private func checkDimensions(
    with arrays: [(name: String, metadata: ArrayMetadata)], _ contents: borrowing Snapshot.Contents
  ) throws(Problem) {
    var lengths: [String: (length: Int, array: String)] = [:]
    var all =
      (group.arrays ?? [:]).sorted { $0.key < $1.key }.map { (name: $0.key, metadata: $0.value) } + arrays
    all += contents.coordinates.map { (name: $0.name, metadata: $0.metadata) }
    for (name, metadata) in all {
      for (dimension, length) in zip(metadata.dimensionNames, metadata.shape) {
        guard let dimension, dimension != TimeAxis.dimension else { continue }
        if let other = lengths[dimension], other.length != length {
          throw Problem(
            .mismatch,
            "dimension \(dimension) has \(other.length) points in \(other.array) and \(length) in \(name)")
        }
        lengths[dimension] = (length, name)
      }
    }
  }

  private func metadata(of entry: Snapshot.Contents.Entry, hasSteps: Bool) throws(Problem) -> ArrayMetadata {
    guard let type = ZarrType(entry.array.dtype) else {
      throw Problem(.foreignType, "\(entry.name) has elements of \(entry.array.dtype), which Zarr has not")
    }
    let front = hasSteps ? 1 : 0
    let shape = (hasSteps ? [axis.steps.count + 1] : []) + entry.array.extents
    let names = (hasSteps ? [TimeAxis.dimension] : []) + settings.dimensions.names(of: entry)
    guard Set(names).count == names.count else {
      throw Problem(.mismatch, "\(entry.name) has the dimensions \(names): each needs a name of its own")
    }
    if var known = group.arrays?[entry.name] {
      func expect(_ property: String, _ expected: String, _ found: String) throws(Problem) {
        guard expected == found else {
          throw Problem(.mismatch, "\(entry.name) has the \(property) \(expected) there, and not \(found)")
        }
      }
      try expect("type", known.type.rawValue, type.rawValue)
      try expect("dimensions", "\(known.dimensionNames.map { $0 ?? "" })", "\(names)")
      try expect("extents", "\(known.shape.dropFirst(front))", "\(entry.array.extents[...])")
      known.shape = shape
      return known
    }
    let lead = front + entry.array.axes.count { $0 == nil }
    let axes = Array(shape.indices)
    let order = entry.array.order == .c ? axes : axes[..<lead] + axes[lead...].reversed()
    let steps = [settings.compression.step, .crc32c].compactMap { $0 }
    return ArrayMetadata(
      shape: shape, type: type,
      chunkShape: (hasSteps ? [1] : []) + entry.array.chunkShape(byteCount: settings.chunkByteCount),
      fillValue: FillValue(zeroOf: type), codecs: Codecs(type: type, order: Array(order), steps: steps),
      dimensionNames: names, attributes: entry.attributes)
  }
}
