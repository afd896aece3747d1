import DeviceTesting
import Memory
import Strided
import Testing

/// Allocation, copies and order on every device that there is.
@Suite(.serialized) struct DeviceMemoryTests {
  private let pattern: [UInt8] = (0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ 3) }

  @Test(arguments: TestDevice.all) func newMemoryIsZeroAndKeepsWhatIsCopied(to which: TestDevice) throws {
    let device = try which.device
    for count in [0, 1, 127, 5000] {
      let allocation = try Allocation(byteCount: count, allocator: .device(device))
      let memory = try allocation.memoryOnDevice
      #expect(try memory.bytes(count) == [UInt8](repeating: 0, count: count))
      let part = Array(pattern.prefix(count))
      try device.queue.copy(part.span, to: memory)
      #expect(try memory.bytes(count) == part)
    }
  }

  @Test(arguments: TestDevice.all) func spacesSayWhoReachesTheBytes(of which: TestDevice) throws {
    let device = try which.device
    #expect(
      Allocator.device(device).space == .device(device) && Allocator.pinned(device).space == .pinned(device))
    #expect(!Allocator.device(device).space.isReachableByProcessor)
    #expect(Allocator.pinned(device).space.isReachableByProcessor && Allocator.host.space == .host)
    #expect(
      Allocator.device(device) == .device(try which.device) && Allocator.device(device) != .pinned(device))
    #expect(device === (try which.device))
  }

  @Test(arguments: TestDevice.all) func pinnedMemoryIsZeroAndCopiedBothWays(of which: TestDevice) throws {
    let device = try which.device
    var pinned = try Allocation(byteCount: 5000, allocator: .pinned(device))
    let memory = try pinned.memoryOnDevice
    let isZero = holds(pinned) { _ in 0 }
    #expect(isZero)
    var bytes = pinned.mutableSpan(as: UInt8.self)
    for index in bytes.indices { bytes[index] = pattern[index] }
    let target = try DeviceMemory.holding([UInt8](repeating: 9, count: 5000), on: device)
    try device.queue.copy(byteCount: 4000, from: memory, at: 500, to: target, at: 100)
    try memory.finalize()
    let expected = [UInt8](repeating: 9, count: 100) + pattern[500..<4500] + [UInt8](repeating: 9, count: 900)
    #expect(try target.bytes(5000) == expected)
    try device.queue.fill(target, byteCount: 5000, with: 0x21)
    try device.queue.copy(byteCount: 5000, from: target, to: memory)
    try memory.finalize()
    let isFilled = holds(pinned) { _ in 0x21 }
    #expect(isFilled)
  }

  private func holds(_ allocation: borrowing Allocation, _ byte: (Int) -> UInt8) -> Bool {
    let bytes = allocation.span(as: UInt8.self)
    for index in bytes.indices where bytes[index] != byte(index) { return false }
    return true
  }

  @Test(arguments: TestDevice.all) func transfersOfOneMemoryOnTwoQueuesKeepTheirOrder(of which: TestDevice)
    throws
  {
    let device = try which.device
    let (one, other) = (try DeviceQueue(on: device), try DeviceQueue(on: device))
    let memories = try (0..<3).map {
      try DeviceMemory.holding([UInt8](repeating: UInt8($0), count: 512), on: device)
    }
    for value in 10..<30 {
      try one.fill(memories[0], byteCount: 512, with: UInt8(value))
      try other.copy(byteCount: 512, from: memories[0], to: memories[1])
      try one.copy(byteCount: 512, from: memories[1], to: memories[2])
    }
    try other.fill(memories[0], byteCount: 512, with: 99)
    #expect(try memories[2].bytes(512) == [UInt8](repeating: 29, count: 512))
    #expect(try memories[0].bytes(512) == [UInt8](repeating: 99, count: 512))
  }

  @Test(arguments: TestDevice.all) func anEventStandsForWhatCameBeforeIt(on which: TestDevice) throws {
    let device = try which.device
    let queue = try DeviceQueue(on: device)
    let event = try DeviceEvent(on: device)
    #expect(try event.isComplete)
    let memory = try DeviceMemory.holding(pattern, on: device)
    for _ in 0..<3 {
      try queue.fill(memory, byteCount: 100, with: 5)
      try event.record(on: queue)
      try event.wait()
      #expect(try event.isComplete && !memory.hasPendingTransfers)
    }
    try queue.wait()
  }

  /// An event of a queue stands for what the queue was ordered after, if the queue did nothing else.
  @Test(arguments: TestDevice.all) func orderIsHandedOn(on which: TestDevice) throws {
    let device = try which.device
    let zeros = [UInt8](repeating: 0, count: 5000)
    let source = try DeviceMemory.holding(pattern, on: device)
    for waits in [true, false] {
      let queues = try (0..<3).map { _ in try DeviceQueue(on: device) }
      let events = try (0..<2).map { _ in try DeviceEvent(on: device) }
      let (first, second) = (
        try DeviceMemory.holding(zeros, on: device), try DeviceMemory.holding(zeros, on: device)
      )
      // Only the queue orders it: the memory does not know of it.
      try queues[0].copyUntracked(byteCount: 5000, from: source, at: 0, to: first, at: 0)
      try events[0].record(on: queues[0])
      try queues[1].order(after: events[0])
      try events[1].record(on: queues[1])
      if waits { try events[1].wait() } else { try queues[2].order(after: events[1]) }
      try queues[2].copy(byteCount: 5000, from: first, to: second)
      #expect(try second.bytes(5000) == pattern, "waits: \(waits)")
      try queues[0].wait()
    }
  }

  /// One thread records an event anew that another waits for, as ranks that are threads do with a field that one hands
  /// to another while its plan goes on.
  @Test(arguments: TestDevice.all) func anEventThatIsRecordedWhileAThreadWaits(on which: TestDevice)
    async throws
  {
    let device = try which.device
    let event = try DeviceEvent(on: device)
    let queue = try DeviceQueue(on: device)
    let memories = try (0..<2).map { _ in
      try DeviceMemory.holding([UInt8](repeating: 0, count: 500), on: device)
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        for value in 0..<2000 {
          try queue.copyUntracked(byteCount: 250, from: memories[1], at: 0, to: memories[1], at: 250)
          try event.record(on: queue)
          memories[value % 2].note(event)
        }
      }
      for thread in 0..<2 {
        group.addTask {
          for round in 0..<1000 {
            try memories[thread].finalize()
            if round % 3 == 0 { try event.wait() }
            _ = try event.isComplete
          }
        }
      }
      try await group.waitForAll()
    }
    for memory in memories { try memory.finalize() }
    #expect(try event.isComplete)
  }

  @Test(arguments: TestDevice.all) func everyThreadMayUseADevice(_ which: TestDevice) async throws {
    let device = try which.device
    let memory = try DeviceMemory.holding(pattern, on: device)
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for number in 0..<6 {
        group.addTask { [pattern] in
          let queue = try DeviceQueue(on: device)
          let target = try DeviceMemory.holding([UInt8](repeating: UInt8(number), count: 5000), on: device)
          try queue.copy(byteCount: 5000, from: memory, to: target)
          return try target.bytes(5000) == pattern
        }
      }
      for try await isRight in group { #expect(isRight) }
    }
  }

  @Test(.enabled(if: TestDevice.hasStandIn, "no stand-in for a device"))
  func finalizingWaitsForThisMemoryAlone() async {
    // In a process of its own: what the environment says, and what waits, is everybody's.
    await #expect(processExitsWith: .success) {
      let device = try TestDevice.cuda.device
      let pattern = [UInt8](repeating: 5, count: 5000)
      let (one, other) = (try DeviceQueue(on: device), try DeviceQueue(on: device))
      let (first, second) = (
        try DeviceMemory.holding(pattern, on: device), try DeviceMemory.holding(pattern, on: device)
      )
      try one.fill(first, byteCount: 5000, with: 1)
      try other.fill(second, byteCount: 5000, with: 2)
      try first.finalize()
      #expect(try !first.hasPendingTransfers)
      #expect(try second.hasPendingTransfers)
      try second.finalize()
      try second.finalize()
      #expect(try !second.hasPendingTransfers)
    }
  }

  @Test(arguments: TestDevice.all) func memoryInTransferIsFreedWhenItIsDone(by which: TestDevice) throws {
    let device = try which.device
    let target = try DeviceMemory.holding([UInt8](repeating: 0, count: 5000), on: device)
    let queue = try DeviceQueue(on: device)
    for value in 0..<20 {
      let source = try DeviceMemory.holding([UInt8](repeating: UInt8(value), count: 5000), on: device)
      try queue.copy(byteCount: 5000, from: source, to: target)
    }
    #expect(try target.bytes(5000) == [UInt8](repeating: 19, count: 5000))
  }
}
