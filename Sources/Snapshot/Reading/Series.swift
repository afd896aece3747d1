/// An array of one axis that every rank wants as a whole.
struct Series {
  let metadata: ArrayMetadata
  /// The folder of the array.
  let folder: String
  /// Whether a chunk that is not there is an error.
  let mustExist: Bool

  private static let mostBytes = 64 << 20

  /// The numbers of the array, read by rank 0; collective.
  func values(_ agreement: Agreement) throws(SnapshotError) -> [Double] {
    let words = try agreement.share { () throws(Problem) in
      do throws(Problem) {
        return try numbers().flatMap(\.bitPattern.littleEndianBytes)
      } catch {
        throw error.at(folder)
      }
    }
    return stride(from: 0, to: words.count, by: 8).map { place in
      Double(bitPattern: words[place..<place + 8].reversed().reduce(0) { $0 << 8 | UInt64($1) })
    }
  }

  private func numbers() throws(Problem) -> [Double] {
    guard metadata.shape.count == 1 else {
      throw Problem(.mismatch, "it has \(metadata.shape.count) axes, not one")
    }
    guard metadata.shape[0] <= Self.mostBytes / 16, metadata.chunkByteCount <= Self.mostBytes else {
      throw Problem(
        .unsupported, "\(metadata.shape) elements in chunks of \(metadata.chunkShape) are too many")
    }
    var numbers: [Double] = []
    let memory = ChunkMemory()
    for index in 0..<metadata.chunkCounts[0] {
      let room = try unsafe memory.room(for: metadata.chunkByteCount)
      let file = ChunkFile(
        path: "\(folder)/\(metadata.keys.key(of: [index]))", index: [index], metadata: metadata)
      try unsafe file.read(into: room, mustExist: mustExist)
      let count = min(metadata.chunkShape[0], metadata.shape[0] - index * metadata.chunkShape[0])
      for element in 0..<count {
        numbers.append(try unsafe number(element, of: UnsafeRawBufferPointer(room)))
      }
    }
    return numbers
  }

  private func number(_ element: Int, of chunk: UnsafeRawBufferPointer) throws(Problem) -> Double {
    func load<Number: BitwiseCopyable>(_ type: Number.Type) -> Number {
      unsafe chunk.loadUnaligned(fromByteOffset: element * MemoryLayout<Number>.size, as: type)
    }
    switch metadata.type {
    case .bool, .uint8: return Double(load(UInt8.self))
    case .int8: return Double(load(Int8.self))
    case .int16: return Double(load(Int16.self))
    case .int32: return Double(load(Int32.self))
    case .int64: return Double(load(Int64.self))
    case .uint16: return Double(load(UInt16.self))
    case .uint32: return Double(load(UInt32.self))
    case .uint64: return Double(load(UInt64.self))
    case .float32: return Double(load(Float.self))
    case .float64: return load(Double.self)
    case .float16, .complex64, .complex128:
      throw Problem(.foreignType, "elements of type \(metadata.type) are not read as a series of numbers")
    }
  }
}
