import CAccelerators

/// Runs the kernel's source as the host's compiler has compiled it, thread after thread.
struct HostRunner: TransferRunner {
  func memories(after transfer: TransferCase, byAddress: Bool) -> [[UInt8]] {
    let memories = unsafe transfer.before.map { bytes in
      let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 16)
      unsafe memory.copyBytes(from: bytes)
      return unsafe memory
    }
    defer { unsafe memories.forEach { unsafe $0.deallocate() } }
    let addresses = unsafe memories.map { UInt64(UInt(bitPattern: $0.baseAddress)) }
    var table = transfer_memories()
    if !byAddress { table.address = (addresses[0], addresses[1], addresses[2], 0, 0, 0, 0, 0) }
    let regions = transfer.regions(inMemoriesAt: byAddress ? addresses : nil)
    let tiles = transfer.tiles
    for block in tiles.indices {
      for thread in 0..<UInt32(TRANSFER_THREADS) {
        unsafe transfer_words(UInt32(block), thread, regions, tiles, &table)
      }
    }
    return unsafe memories.map { unsafe Array($0) }
  }
}
