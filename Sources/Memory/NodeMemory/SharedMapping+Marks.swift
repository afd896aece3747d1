internal import CSharedMemory
internal import Glibc

extension SharedMapping {
  /// Leaves a word, for others to see that they map the same memory.
  ///
  /// Where there is no memory, this is refused; to write to the mapping would end the process.
  ///
  /// - Parameter offset: Where; a multiple of 4 KiB if the file is known.
  package func mark(at offset: Int, with word: UInt64) throws(SharedMemoryError) {
    guard let file else { return try unsafe markMemory(at: base + offset, with: word) }
    let written = unsafe withUnsafeBytes(of: word) {
      unsafe pwrite(file.descriptor, $0.baseAddress, $0.count, offset)
    }
    guard written == MemoryLayout<UInt64>.size else { throw SharedMemoryError("pwrite") }
  }

  private func markMemory(at address: UnsafeMutableRawPointer, with word: UInt64) throws(SharedMemoryError) {
    let page = sysconf(Int32(_SC_PAGESIZE))
    let head = Int(UInt(bitPattern: address) % UInt(page))
    let refusal = unsafe madvise(address - head, head + 8, Int32(HALO_MADV_POPULATE_WRITE))
    // A kernel before 5.14 knows of no such advice: then the memory is trusted to be there.
    guard refusal == 0 || errno == EINVAL else { throw SharedMemoryError("madvise") }
    unsafe address.storeBytes(of: word, as: UInt64.self)
  }

  /// The word that is seen where a process has left one.
  package func mark(at offset: Int) -> UInt64 { unsafe (base + offset).loadUnaligned(as: UInt64.self) }

  /// Takes a word away, and the memory that it took.
  package func unmark(at offset: Int) {
    unsafe (base + offset).storeBytes(of: 0, as: UInt64.self)
    // A page of an unknown file may hold more than the word.
    if file != nil { _ = unsafe madvise(base + offset, 4096, MADV_REMOVE) }
  }
}
