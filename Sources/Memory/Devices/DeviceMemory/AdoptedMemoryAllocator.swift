/// What a memory that the program allocated itself goes back to.
final class AdoptedMemoryAllocator: MemoryAllocator {
  private let memory: DeviceMemory

  init(_ memory: DeviceMemory) { self.memory = memory }

  var name: String { "adopted memory of \(memory.device)" }
  var space: MemorySpace { memory.space }
  var mayBeGivenBackInTransfer: Bool { true }

  func allocate(byteCount: Int, alignment: Int) throws(AllocationError) -> UnsafeMutableRawPointer {
    throw AllocationError(
      allocator: name, byteCount: byteCount, reason: .refused("it is one memory, and gives no other"))
  }

  func deallocate(_ base: UnsafeMutableRawPointer, byteCount: Int, alignment: Int) {}

  func deviceMemory(at base: UnsafeMutableRawPointer) -> DeviceMemory? { memory }

  func finalizeTransfers(of base: UnsafeMutableRawPointer, byteCount: Int) throws(TransferError) {
    do {
      try memory.finalize()
    } catch {
      throw TransferError(allocator: name, deviceError: error)
    }
  }
}
