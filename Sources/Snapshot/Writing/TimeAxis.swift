/// The first axis of arrays that are written step by step: which steps there are, and when they were.
struct TimeAxis: Equatable {
  static let dimension = "time"
  static let time = "time"
  static let step = "step"
  /// Arrays of this module's own.
  static let names = [time, step]

  private(set) var steps: [Int] = []
  private(set) var times: [Double] = []

  // In one file each, as long as there are not more: few files, each small enough to be written anew.
  private static let chunkCount = 1024

  mutating func append(step: Int, time: Double) {
    steps.append(step)
    times.append(time)
  }

  /// The axis as two arrays of metadata.
  func arrays(timeAttributes: [String: JSONValue]) -> [String: ArrayMetadata] {
    var time = metadata(.float64)
    time.attributes = timeAttributes
    return [Self.time: time, Self.step: metadata(.int64)]
  }

  private func metadata(_ type: ZarrType) -> ArrayMetadata {
    ArrayMetadata(
      shape: [steps.count], type: type, chunkShape: [Self.chunkCount], fillValue: FillValue(zeroOf: type),
      codecs: Codecs(type: type, order: [0], steps: [.crc32c]), dimensionNames: [Self.dimension])
  }

  /// The last chunk of each array: its number, and its elements as bytes.
  var lastChunk: (index: Int, times: [UInt8], steps: [UInt8]) {
    let index = max(steps.count - 1, 0) / Self.chunkCount
    let range = index * Self.chunkCount..<steps.count
    func bytes(_ words: some Collection<UInt64>) -> [UInt8] {
      var bytes = words.flatMap(\.littleEndianBytes)
      bytes += [UInt8](repeating: 0, count: 8 * Self.chunkCount - bytes.count)
      return bytes
    }
    return (
      index, bytes(times[range].lazy.map(\.bitPattern)),
      bytes(steps[range].lazy.map { UInt64(bitPattern: Int64($0)) })
    )
  }
}
