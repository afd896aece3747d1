import MPI
import Memory
import Topology

/// Measures an update in each order of corners, over memory of no field.
@safe
final class CornerMeasurement {
  private static let warmUps = 3
  private static let repetitions = 15

  private let communicator: Communicator
  /// All fields in one place: what they hold is never looked at.
  private let scratch: Allocation
  private let direct: HaloProgram
  private let axisByAxis: HaloProgram

  init(
    _ blueprint: PlanBlueprint, axisByAxis: [LinkPieces], over communicator: Communicator,
    in memory: NodeMemory
  ) throws(HaloError) {
    self.communicator = communicator
    let fields = blueprint.fields
    let bounds = fields.descriptors.map { $0?.byteBounds ?? 0..<0 }
    let scratch = try HaloError.rethrow { () throws(AllocationError) in
      try Allocation(byteCount: bounds.map(\.count).max() ?? 0, allocator: memory.allocator)
    }
    let origins = FieldOrigins(count: bounds.count)
    for (index, bytes) in bounds.enumerated() {
      unsafe origins[index] = scratch.base - bytes.lowerBound
      let location = unsafe memory.location(of: UnsafeRawPointer(origins[index]), byteCount: 1)
      origins[offered: index] = WindowFlags.OfferedField(location: location ?? -1, number: 0)
    }
    self.scratch = scratch
    func program(_ phases: [LinkPieces]) throws(HaloError) -> HaloProgram {
      let lowered = LoweredLinks(phases: phases, rank: communicator.rank)
      return try HaloProgram(
        lowered, routes: blueprint.routes, over: communicator, in: memory, labels: fields.labels,
        origins: origins, timer: nil)
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

  private func seconds(of program: HaloProgram) throws(HaloError) -> Double {
    try HaloError.rethrow { () throws(MPIError) in try communicator.barrier() }
    let start = ContinuousClock.now
    try program.begin()
    try program.finish()
    let duration = (ContinuousClock.now - start).components
    return Double(duration.seconds) + Double(duration.attoseconds) * 1e-18
  }
}
