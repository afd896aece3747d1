import DeviceTesting
import Halo
import MPITesting
import Testing

/// Updates that are ordered with a program's own stream, of whose work the library is not told, of fields in memory of
/// the library's or of the program's: every point compared with one from global coordinates.
@Suite(.serialized, .mpi(upTo: 2), .enabled(if: TestDevice.hasCUDA, "no CUDA device"))
struct AdoptedQueueMPITests {
  private var world: Communicator { MPITesting.world }

  private func grid() throws -> CartesianGrid {
    try CartesianGrid(
      global: [3 * world.size + 1, 7], periodic: true, processGrid: [world.size, 1], over: world)
  }

  /// Memory of a program's own for a field of the shape of another, so many bytes behind where CUDA aligns memory to.
  private func memory(
    like field: borrowing Field<Double, 2>, _ program: CUDAProgram, offset: Int
  ) throws -> DeviceMemory {
    let byteCount = 8 * field.allocated[0].count * field.allocated[1].count
    return try program.adopted(
      try program.allocate(byteCount: byteCount + offset) + UInt(offset), byteCount: byteCount)
  }

  @Test(arguments: [HaloRoute.staged, .oneShot, .peer], [false, true])
  func updatesComeAfterTheProgramsWork(by route: HaloRoute, memoryIsAdopted: Bool) throws {
    let grid = try grid()
    let program = try CUDAProgram()
    var here = try Field<Double, 2>(on: grid, halo: [1, 2], repeating: .poison)
    func field() throws -> Field<Double, 2> {
      guard memoryIsAdopted else {
        return try Field(
          on: grid, halo: [1, 2], repeating: .poison, allocator: .device(try TestDevice.cuda.device))
      }
      return try Field(adopting: try memory(like: here, program, offset: 8), on: grid, halo: [1, 2])
    }
    var input = try field()
    var u = try field()
    let output = try field()
    let memories = [input.deviceMemory, u.deviceMemory, output.deviceMemory].compactMap { $0 }
    try #require(memories.count == 3)
    let (places, bytes) = (memories.map(\.address), memories[0].byteCount)
    var plan = try HaloPlan(for: u, on: grid, route: route, queue: try program.adoptedQueue())
    for step in 0..<3 {
      let oracle = FieldOracle(grid, axes: [.grid(0), .grid(1)], salt: step)
      oracle.prepare(&here)
      try input.assign(from: here)
      try input.deviceMemory?.finalize()
      try program.copy(byteCount: bytes, from: places[0], to: places[1])
      try plan.exchange(&u)
      try program.copy(byteCount: bytes, from: places[1], to: places[2])
      try program.wait()
      try here.assign(from: output)
      try expectNothingWrong(oracle.firstWrong(here), "step \(step)")
    }
  }

  @Test func pointsThatLieAcrossTheirAlignmentAreRefused() throws {
    let grid = try grid()
    let here = try Field<Double, 2>(on: grid, halo: 1)
    let memory = try memory(like: here, try CUDAProgram(), offset: 4)
    let error = #expect(throws: HaloError.self) {
      _ = try Field<Double, 2>(adopting: memory, on: grid, halo: 1, name: "u")
    }
    #expect(
      error?.description
        == "field 'u', adopted memory: expected float64 at multiples of 8 bytes, found the first 4 bytes behind one"
    )
    _ = try Field<Float, 2>(adopting: memory, on: grid, halo: 1)
  }
}
