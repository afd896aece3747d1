import MPI
import Memory
import Timing

/// Fields in the process's memory.
final class HostBinding: FieldBinding {
  private let fields: PlannedFields
  private let communicator: Communicator
  private let memory: NodeMemory
  private let timer: Timer?
  private let origins: FieldOrigins
  private var staging: StagedMessages?
  /// All fields in one place: what they hold is never looked at.
  private var scratch: SharedScratch?

  init(_ fields: PlannedFields, over communicator: Communicator, in memory: NodeMemory, timer: Timer?) {
    self.fields = fields
    self.communicator = communicator
    self.memory = memory
    self.timer = timer
    origins = FieldOrigins(count: fields.descriptors.count)
  }

  func bind(_ field: FieldStorage, at place: Int, number: Int) {
    unsafe bind(field.origin, at: place, number: number)
  }

  private func bind(_ origin: UnsafeMutableRawPointer, at place: Int, number: Int) {
    unsafe origins[place] = origin
    origins[offered: place] = unsafe WindowFlags.OfferedField(
      location: memory.location(of: UnsafeRawPointer(origin), byteCount: 1) ?? -1, number: number)
  }

  // Addresses keep nothing.
  func unbind() {}

  func bindScratch() throws(HaloError) {
    let bounds = fields.descriptors.map { $0?.byteBounds ?? 0..<0 }
    let scratch = try SharedScratch(byteCount: bounds.map(\.count).max() ?? 0, allocator: memory.allocator)
    for (place, bytes) in bounds.enumerated() {
      unsafe bind(scratch.allocation.base - bytes.lowerBound, at: place, number: 0)
    }
    self.scratch = scratch
  }

  func update(_ lowered: LoweredLinks, routes: PlannedRoutes) throws(HaloError) -> any UpdateProgram {
    let program = try program(lowered, routes: routes)
    staging = program.staging
    return program
  }

  func narrowed(_ lowered: LoweredLinks, routes: PlannedRoutes) throws(HaloError) -> any UpdateProgram {
    try program(lowered, routes: routes, staging: staging)
  }

  func accumulation(
    _ lowered: LoweredLinks, routes: PlannedRoutes, tag: Int
  ) throws(HaloError) -> any ExchangeProgram {
    try program(lowered, routes: routes, staging: staging.map(StagedMessages.init(returning:)), tag: tag)
  }

  private func program(
    _ lowered: LoweredLinks, routes: PlannedRoutes, staging: StagedMessages? = nil, tag: Int = PlanTag.update
  ) throws(HaloError) -> HostProgram {
    try HostProgram(
      lowered, routes: routes, over: communicator, in: memory, labels: fields.labels, origins: origins,
      staging: staging, tag: tag, timer: timer)
  }

  private final class SharedScratch {
    let allocation: Allocation

    init(byteCount: Int, allocator: Allocator) throws(HaloError) {
      allocation = try HaloError.rethrow { () throws(AllocationError) in
        try Allocation(byteCount: byteCount, allocator: allocator)
      }
    }
  }
}
