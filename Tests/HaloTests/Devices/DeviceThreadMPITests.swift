import DeviceTesting
import Foundation
import Halo
import MPITesting
import Testing

/// Plans that go from thread to thread: a device's context is each thread's own, and nobody need see to it.
@Suite(.serialized, .mpi(upTo: 2)) struct DeviceThreadMPITests {
  private var world: Communicator { MPITesting.world }

  /// A plan and its field, in one thread's hand at a time.
  private final class Work: @unchecked Sendable {
    private var u: MirroredField<Double, 2>
    private var plan: HaloPlan<2>
    private var oracle: FieldOracle
    private var failure: (any Error)?

    init(over world: Communicator, on device: Device, route: HaloRoute) throws {
      let grid = try CartesianGrid(
        global: [3 * world.size + 1, 7], periodic: true, processGrid: [world.size, 1], over: world)
      let u = try MirroredField<Double, 2>(on: grid, halo: [1, 2], on: device)
      let plan = try HaloPlan(for: u.there, on: grid, route: route)
      oracle = FieldOracle(grid, axes: [.grid(0), .grid(1)])
      self.u = u
      self.plan = plan
    }

    func update(_ step: Int) throws {
      oracle.salt = step
      oracle.prepare(&u.here)
      try u.send()
      try plan.exchange(&u.there)
      try u.fetch()
    }

    /// Does an update on a thread that has never called the device.
    func updateOnThreadOfItsOwn(_ step: Int) throws {
      failure = nil
      let isDone = DispatchSemaphore(value: 0)
      Thread.detachNewThread { [self] in
        do { try update(step) } catch { failure = error }
        isDone.signal()
      }
      isDone.wait()
      if let failure { throw failure }
    }

    var firstWrong: String? { oracle.firstWrong(u.here) }
  }

  @Test(arguments: TestDevice.all, [HaloRoute.staged, .oneShot, .peer])
  func everyThreadMayUpdate(on which: TestDevice, route: HaloRoute) throws {
    let work = try Work(over: world, on: try which.device, route: route)
    for step in 0..<4 {
      if step % 2 == 0 { try work.updateOnThreadOfItsOwn(step) } else { try work.update(step) }
      try expectNothingWrong(work.firstWrong, "\(route), step \(step)")
    }
  }
}
