import AllocationCounting
import DeviceTesting
import Halo
import MPITesting
import Testing

/// After the first updates, one of fields on a device allocates nothing in the process's memory: the only allocations are
/// those of the driver and of the MPI library.
@Suite(.serialized, .mpi(upTo: 2), .enabled(if: AllocationCounting.isAvailable))
struct DeviceAllocationMPITests {
  private var world: Communicator { MPITesting.world }

  @Test(arguments: TestDevice.all, [HaloRoute.staged, .oneShot, .peer])
  func exchangesAllocateNothing(on which: TestDevice, route: HaloRoute) throws {
    let grid = try CartesianGrid(
      global: [12 * world.size, 10], periodic: true, processGrid: [world.size, 1], over: world)
    let allocator = Allocator.device(try which.device)
    var u = try Field<Double, 2>(on: grid, halo: 2, allocator: allocator)
    var v = try Field<Float, 2>(on: grid, halo: 1, allocator: allocator)
    var plan = try HaloPlan(
      for: u, v, on: grid, route: route, queue: try DeviceQueue(on: try which.device))
    for _ in 0..<10 { try plan.exchange(&u, &v) }
    try world.barrier()
    // Swift's run time looks a type up when a wait first takes some way, which may be late, but only once.
    let rounds = try (0..<3).map { _ in
      try AllocationCounting.count { for _ in 0..<20 { try plan.exchange(&u, &v) } }.ours
    }
    try expectNothingWrong(
      rounds.contains(0) ? nil : "\(rounds) allocations in 20 exchanges each by \(route)")
  }
}
