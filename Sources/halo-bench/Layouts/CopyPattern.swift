import Halo

/// What a benchmark of packing copies: parts of memory, one after the other.
struct CopyPattern {
  /// The bytes of memory that all parts lie in.
  let memoryBytes: Int
  /// The parts that are packed.
  let packed: [Layout]
  /// The parts that are unpacked to: other places, as many bytes.
  let unpacked: [Layout]

  init(memoryBytes: Int, packed: [Layout], unpacked: [Layout]? = nil) {
    self.memoryBytes = memoryBytes
    self.packed = packed
    self.unpacked = unpacked ?? packed
  }

  /// Parts of one array.
  init(of array: Layout, packed: Layout, unpacked: Layout? = nil) {
    self.init(memoryBytes: array.byteCount, packed: [packed], unpacked: unpacked.map { [$0] })
  }

  /// The bytes that are copied.
  var byteCount: Int { packed.reduce(0) { $0 + $1.byteCount } }
}
