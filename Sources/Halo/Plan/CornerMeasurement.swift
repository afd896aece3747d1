import MPI
import Topology

/// Measures an update in each order of corners, over memory of no field.
final class CornerMeasurement {
  private static let warmUps = 3
  private static let repetitions = 15

  private let communicator: Communicator
  /// Has the memory that the programs exchange.
  private let binding: any FieldBinding
  private let direct: any UpdateProgram
  private let axisByAxis: any UpdateProgram

  init(
    _ blueprint: PlanBlueprint, axisByAxis: [LinkPieces], over communicator: Communicator,
    binding: any FieldBinding
  ) throws(HaloError) {
    self.communicator = communicator
    self.binding = binding
    try binding.bindScratch()
    func program(_ phases: [LinkPieces]) throws(HaloError) -> any UpdateProgram {
      try binding.update(
        LoweredLinks(phases: phases, rank: communicator.rank), routes: blueprint.routes)
    }
    direct = try program(blueprint.phases)
    self.axisByAxis = try program(axisByAxis)
  }

  /// The order whose fastest update took the slowest rank less; collective, the same on all ranks.
  func fastest() throws(HaloError) -> CornerOrder {
    var samples: [Double] = []
    for round in 0..<Self.warmUps + Self.repetitions {
      let pair = [try seconds(of: direct), try seconds(of: axisByAxis)]
      if round >= Self.warmUps { samples += pair }
    }
    try HaloError.rethrow { () throws(MPIError) in
      var slowest = samples.mutableSpan
      try communicator.allReduce(&slowest, .max)
    }
    let times = [0, 1].map { first in
      stride(from: first, to: samples.count, by: 2).map { samples[$0] }.min() ?? 0
    }
    return times[1] < times[0] ? .axisByAxis : .direct
  }

  private func seconds(of program: any UpdateProgram) throws(HaloError) -> Double {
    try HaloError.rethrow { () throws(MPIError) in try communicator.barrier() }
    let start = ContinuousClock.now
    try program.begin()
    try program.finish()
    try program.waitForDevice()
    let duration = (ContinuousClock.now - start).components
    return Double(duration.seconds) + Double(duration.attoseconds) * 1e-18
  }
}
