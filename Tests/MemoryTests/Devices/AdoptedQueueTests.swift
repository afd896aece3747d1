import DeviceTesting
import Memory
import Strided
import Testing

/// The order of this library's work with what a program gave its own stream, of which the library is not told.
@Suite(.serialized, .enabled(if: TestDevice.hasCUDA, "no CUDA device")) struct AdoptedQueueTests {
  private let count = 4096

  /// Memory that holds zeros, and that the program's stream is filling with a value.
  private func beingFilled(by program: CUDAProgram, with value: UInt8) throws -> DeviceMemory {
    let address = try program.allocate(byteCount: count)
    try program.fill(address, byteCount: count, with: 0)
    try program.wait()
    try program.fill(address, byteCount: count, with: value)
    return try program.adopted(address, byteCount: count)
  }

  private func all(_ value: UInt8) -> [UInt8] { [UInt8](repeating: value, count: count) }

  @Test func anEventWaitsForTheProgramsWork() throws {
    let program = try CUDAProgram()
    let queue = try program.adoptedQueue()
    let event = try DeviceEvent(on: queue.device)
    for value: UInt8 in 1...3 {
      let memory = try beingFilled(by: program, with: value)
      try event.record(on: queue)
      try event.wait()
      #expect(try memory.bytes(count) == all(value))
    }
  }

  @Test func anEventIsCompleteWhenTheProgramsWorkIs() throws {
    let program = try CUDAProgram()
    let queue = try program.adoptedQueue()
    let event = try DeviceEvent(on: queue.device)
    let memory = try beingFilled(by: program, with: 5)
    try event.record(on: queue)
    while try !event.isComplete {}
    #expect(try memory.bytes(count) == all(5))
  }

  @Test func anotherQueueComesAfterTheProgramsWork() throws {
    let program = try CUDAProgram()
    let queue = try program.adoptedQueue()
    let (event, other) = (try DeviceEvent(on: queue.device), try DeviceQueue(on: queue.device))
    let memory = try beingFilled(by: program, with: 9)
    let target = try DeviceMemory.holding([UInt8](repeating: 0, count: count), on: queue.device)
    try event.record(on: queue)
    try other.order(after: event)
    try other.copy(byteCount: count, from: memory, to: target)
    #expect(try target.bytes(count) == all(9))
  }

  @Test func theProgramFindsZerosInANewArray() throws {
    let program = try CUDAProgram()
    let array = try DeviceArray<UInt8>(shape: [count], queue: try program.adoptedQueue())
    try program.fill(array.memory.address, byteCount: count, with: 7)
    try program.wait()
    #expect(try array.memory.bytes(count) == all(7))
  }
}
