import DeviceTesting
import Glibc
import Memory
import Staging
import Strided
import Testing

private let block = Layout(contiguous: [64, 8], itemSize: 8)

/// When a cache hands out memory that a device copies, and what becomes of memory whose transfer failed.
@Suite(.serialized) struct DeviceCacheTests {
  @Test(arguments: TestDevice.all) func aBufferIsHandedOutOnlyWhenItsTransferIsDone(on which: TestDevice)
    throws
  {
    let device = try which.device
    let cache = BufferCache()
    let columns = block[.all, 2..<5]
    var arrays: [DeviceArray<Int>] = []
    // Each fills the same pinned memory while the copy before may still be reading it.
    for round in 0..<12 {
      let array = try DeviceArray<Int>.over([Int](repeating: -1, count: 512), columns, on: which)
      try withReceiveBuffer(array, cache: cache) { span in
        for index in span.indices { span[index] = 1000 * round + index }
      }
      arrays.append(array)
    }
    for (round, array) in arrays.enumerated() {
      var expected = [Int](repeating: -1, count: 512)
      for (index, place) in columns.places.enumerated() { expected[place] = 1000 * round + index }
      #expect(try array.allValues(512, filler: 0) == expected, "round \(round)")
    }
    let key = BufferKey(allocator: .pinned(device), shape: columns.shape, dtype: .int64)
    #expect(cache.heldBufferCount(for: key) == 1 && cache.statistics.lentBuffers == 0)
  }

  @Test(.enabled(if: TestDevice.hasStandIn, "no stand-in for a device"))
  func givingBackWaitsForNothing() async {
    // In a process of its own: what the environment says, and what waits, is everybody's.
    await #expect(processExitsWith: .success) {
      let cache = BufferCache()
      let array = try DeviceArray<Int>.over([Int](repeating: 1, count: 512), block, on: .cuda)
      try withReceiveBuffer(array, cache: cache) { span in
        for index in span.indices { span[index] = index }
      }
      // The stand-in does nothing before something waits for it: nothing has.
      #expect(try array.memory.hasPendingTransfers)
      cache.removeAll()
      #expect(try array.allValues(512, filler: 0) == Array(0..<512))
    }
  }

  @Test(.enabled(if: TestDevice.hasStandIn, "no stand-in for a device"))
  func finalizingABufferWaitsForItsOwnTransfer() async {
    // In a process of its own: what the environment says, and what waits, is everybody's.
    await #expect(processExitsWith: .success) {
      let cache = BufferCache()
      let array = try DeviceArray<Int>.over(Array(0..<512), block, on: .cuda)
      let other = try DeviceArray<Int>.over(Array(0..<512), block, on: .cuda)
      let pinned = Allocator.pinned(array.device)
      func pop() throws -> Buffer {
        try Buffer.popFromCache(allocator: pinned, shape: block.shape, dtype: .int64, cache: cache)
      }
      var one = try pop()
      var two = try pop()
      try one.assign(from: array)
      try two.assign(from: other)
      try one.finalizeMemoryTransfer()
      try one.finalizeMemoryTransfer()
      #expect(try !array.memory.hasPendingTransfers)
      #expect(try other.memory.hasPendingTransfers)
      // Looking at the bytes waits by itself.
      let seen = two.span(as: Int.self)[511]
      #expect(seen == 511)
      #expect(try !other.memory.hasPendingTransfers)
    }
  }

  @Test(.enabled(if: TestDevice.hasStandIn, "no stand-in for a device"))
  func aFailedTransferIsReportedAsTheBuffersOwn() async {
    await #expect(processExitsWith: .exitCode(7)) {
      let cache = BufferCache()
      let array = try DeviceArray<Int>.over(Array(0..<512), Layout(contiguous: [512], itemSize: 8), on: .cuda)
      let device = array.device
      var buffer = try Buffer.popFromCache(
        allocator: .pinned(device), shape: [512], dtype: .int64, cache: cache)
      try buffer.finalizeMemoryTransfer()
      _ = unsafe setenv("CUDA_STAND_IN_FAIL", "work:1:702", 1)
      try buffer.assign(from: array)
      for _ in 0..<2 {
        do {
          try buffer.finalizeMemoryTransfer()
          exit(1)
        } catch let error as TransferError {
          guard error.allocator == "pinned for \(device)",
            error.deviceError?.reason
              == .call(
                "cuEventSynchronize", code: 702,
                meaning: "CUDA_ERROR_LAUNCH_TIMEOUT (the launch timed out and was terminated)")
          else { exit(2) }
        }
      }
      buffer.pushToCache()
      // The memory is not another's; a device that is lost has no other, either.
      let key = BufferKey(allocator: .pinned(device), shape: [512], dtype: .int64)
      do {
        _ = try Buffer.popFromCache(
          allocator: key.allocator, shape: key.shape, dtype: key.dtype, cache: cache)
        // Pageable, since the driver pins nothing any more.
      } catch {}
      exit(cache.heldBufferCount(for: key) == 0 || cache.statistics.lentBuffers == 0 ? 7 : 3)
    }
  }
}
