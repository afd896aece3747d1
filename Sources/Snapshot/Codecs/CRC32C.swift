internal import CSnapshot

/// The checksum CRC-32C (RFC 3720, section 12.1).
struct CRC32C {
  // All bits inverted, as the algorithm has it between its first and its last step.
  private var state: UInt32 = .max

  private static let hasInstruction = halo_has_crc32c()

  /// The remainder of each byte, and of each byte with 1 to 7 zero bytes behind it.
  private static let tables: [[UInt32]] = {
    func remainder(of byte: UInt32) -> UInt32 {
      var rest = byte
      for _ in 0..<8 { rest = rest & 1 == 1 ? (rest >> 1) ^ 0x82f6_3b78 : rest >> 1 }
      return rest
    }
    let first: [UInt32] = (0..<256).map { remainder(of: $0) }
    var tables = [first]
    for table in 0..<7 {
      tables.append(tables[table].map { rest in (rest >> 8) ^ first[Int(rest & 0xff)] })
    }
    return tables
  }()

  /// The checksum of all bytes so far.
  var checksum: UInt32 { ~state }

  mutating func update(_ bytes: UnsafeRawBufferPointer) {
    guard Self.hasInstruction else { return unsafe updateByTables(bytes) }
    guard let start = bytes.baseAddress else { return }
    unsafe state = halo_crc32c(state, start, bytes.count)
  }

  /// The same without the processor's instruction.
  mutating func updateByTables(_ bytes: UnsafeRawBufferPointer) {
    let tables = Self.tables
    var place = 0
    while place + 8 <= bytes.count {
      let loaded = unsafe bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)
      let word = UInt64(littleEndian: loaded) ^ UInt64(state)
      var next: UInt32 = 0
      for byte in 0..<8 { next ^= tables[7 - byte][Int((word >> UInt64(8 * byte)) & 0xff)] }
      state = next
      place += 8
    }
    while place < bytes.count {
      let byte = unsafe UInt32(bytes[place])
      state = (state >> 8) ^ tables[0][Int((state ^ byte) & 0xff)]
      place += 1
    }
  }
}
