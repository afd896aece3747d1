import SeededRandom
import Testing

@testable import Snapshot

@Suite struct CodecTests {
  /// The test vectors of RFC 3720, appendix B.4.
  @Test func checksumsOfTheStandard() {
    let up = (0..<32).map { UInt8($0) }
    let vectors: [([UInt8], UInt32)] = [
      ([UInt8](repeating: 0, count: 32), 0x8a91_36aa), ([UInt8](repeating: 255, count: 32), 0x62a8_ab43),
      (up, 0x46dd_794e), (up.reversed(), 0x113f_db5c), (Array("123456789".utf8), 0xe306_9283), ([], 0),
    ]
    for (bytes, checksum) in vectors {
      var one = CRC32C(), other = CRC32C()
      unsafe bytes.span.withUnsafeBytes { unsafe one.update($0) }
      unsafe bytes.span.withUnsafeBytes { unsafe other.updateByTables($0) }
      #expect(one.checksum == checksum)
      #expect(other.checksum == checksum)
    }
  }

  private func encoded(_ bytes: [UInt8], _ codecs: Codecs) throws -> [UInt8] {
    let memory = MemorySink()
    let sink = try codecs.encoder(into: memory)
    try unsafe bytes.span.withUnsafeBytes { (bytes) throws(Problem) in try unsafe sink.write(bytes) }
    try sink.finish()
    return memory.bytes
  }

  /// There and back, whatever pieces the bytes come in, and an error for every bit that is changed.
  @Test(
    arguments: [
      [], [.crc32c], [.gzip(level: 6)], [.zstd(level: 1, checksum: true)], [.gzip(level: 0), .crc32c],
      [.crc32c, .crc32c],
      [.zstd(level: 3, checksum: false), .gzip(level: 1), .crc32c],
    ] as [[Codecs.Step]])
  func thereAndBack(steps: [Codecs.Step]) throws {
    var generator = SeededGenerator(state: SeededGenerator.seed)
    let codecs = Codecs(type: .uint8, order: [0], steps: steps)
    for count in [1, 3, 4, 5, 1000, 700_000] {
      let bytes = (0..<count).map {
        UInt8(truncatingIfNeeded: $0 / 7) ^ UInt8.random(in: 0...3, using: &generator)
      }
      let metadata = ArrayMetadata(
        shape: [count], type: .uint8, chunkShape: [count], fillValue: FillValue(zeroOf: .uint8),
        codecs: codecs,
        dimensionNames: [nil])
      let file = try encoded(bytes, codecs)
      if let expected = codecs.fileByteCount(chunkByteCount: count) { #expect(file.count == expected) }
      for piece in [1, 3, 5, 4096, .max] where piece > 5 || count <= 1000 {
        let chunk = GuardedChunk(byteCount: count)
        try unsafe metadata.decode(
          chunk.memory, from: MemorySource(file, pieceByteCount: piece), byteCount: file.count)
        #expect(chunk.bytes == bytes && chunk.isIntact)
      }
      guard steps.contains(.crc32c) else { continue }
      for _ in 0..<50 {
        var damaged = file
        damaged[Int.random(in: 0..<file.count, using: &generator)] ^=
          1 << UInt8.random(in: 0..<8, using: &generator)
        let chunk = GuardedChunk(byteCount: count)
        #expect(throws: Problem.self) {
          try unsafe metadata.decode(chunk.memory, from: MemorySource(damaged), byteCount: damaged.count)
        }
        #expect(chunk.isIntact)
      }
    }
  }

  /// Random files, and good ones with random changes, are read or refused, and nothing beyond the chunk is touched.
  @Test func damagedFiles() throws {
    var generator = SeededGenerator(state: SeededGenerator.seed)
    print("damagedFiles: HALO_TEST_SEED=\(SeededGenerator.seed)")
    let chains: [[Codecs.Step]] = [
      [], [.crc32c], [.gzip(level: 1)], [.zstd(level: 1, checksum: false)],
      [.gzip(level: 1), .zstd(level: 1, checksum: false)],
    ]
    for round in 0..<2000 {
      let steps = chains[round % chains.count]
      let codecs = Codecs(type: .bool, order: [0], steps: steps)
      let metadata = ArrayMetadata(
        shape: [500], type: .bool, chunkShape: [500], fillValue: FillValue(zeroOf: .bool), codecs: codecs,
        dimensionNames: [nil])
      let bytes = (0..<Int.random(in: 490...510, using: &generator)).map { _ in
        UInt8.random(in: 0...1, using: &generator)
      }
      var file = try encoded(bytes, codecs)
      for _ in 0..<Int.random(in: 0...4, using: &generator) where !file.isEmpty {
        let place = Int.random(in: 0..<file.count, using: &generator)
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: file[place] = UInt8.random(in: 0...255, using: &generator)
        case 1: file.remove(at: place)
        case 2: file.insert(UInt8.random(in: 0...255, using: &generator), at: place)
        default: file = Array(file.prefix(place))
        }
      }
      let chunk = GuardedChunk(byteCount: 500)
      _ = try? unsafe metadata.decode(chunk.memory, from: MemorySource(file), byteCount: file.count)
      #expect(chunk.isIntact)
    }
  }

  @Test func fillingChunks() {
    for count in [1, 2, 3, 64, 65] {
      let chunk = GuardedChunk(byteCount: 4 * count)
      unsafe FillValue(0.1, of: .float32)?.fill(chunk.memory)
      #expect(chunk.bytes == (0..<count).flatMap { _ in [0xcd, 0xcc, 0xcc, 0x3d] as [UInt8] })
      #expect(chunk.isIntact)
    }
  }
}
