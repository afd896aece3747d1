internal import Glibc

extension SharedMapping {
  /// Leaves a word at a multiple of 4 KiB, for others to see that they map the same memory.
  ///
  /// A file system that is full refuses; to write to the mapping would end the process.
  package func mark(at offset: Int, with word: UInt64) throws(SharedMemoryError) {
    let written = unsafe withUnsafeBytes(of: word) {
      unsafe pwrite(file.descriptor, $0.baseAddress, $0.count, offset)
    }
    guard written == MemoryLayout<UInt64>.size else { throw SharedMemoryError("pwrite") }
  }

  /// The word that is seen where a process has left one.
  package func mark(at offset: Int) -> UInt64 { unsafe (base + offset).load(as: UInt64.self) }

  /// Takes a word away, and the memory that it took.
  package func unmark(at offset: Int) {
    unsafe (base + offset).storeBytes(of: 0, as: UInt64.self)
    _ = unsafe madvise(base + offset, 4096, MADV_REMOVE)
  }
}
