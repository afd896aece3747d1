import MPI
import Memory
import Timing

/// Fields on a device.
final class DeviceBinding: FieldBinding {
  private let device: Device
  private let planned: PlannedFields
  private let fields: DeviceFields
  private let queue: DeviceQueue?
  private var queues: DeviceQueues?
  private let communicator: Communicator
  private let memory: NodeMemory
  private let timer: Timer?
  private var staging: DeviceStaging?
  /// All fields in one place: what they hold is never looked at.
  private var scratch: DeviceStaging?

  /// - Parameter queue: What is given the caller's own work; `nil` for the device's own queue.
  init(
    _ planned: PlannedFields, on device: Device, ordering queue: DeviceQueue?,
    over communicator: Communicator,
    in memory: NodeMemory, timer: Timer?
  ) {
    self.device = device
    self.planned = planned
    self.queue = queue
    fields = DeviceFields(planned)
    self.communicator = communicator
    self.memory = memory
    self.timer = timer
  }

  /// Made when they are first needed: a rank that cannot make them has told its peers before that nothing comes.
  private func madeQueues() throws(HaloError) -> DeviceQueues {
    if let queues { return queues }
    let made = try HaloError.rethrow { () throws(DeviceError) in
      try DeviceQueues(on: device, ordering: queue)
    }
    queues = made
    return made
  }

  func bind(_ field: FieldStorage, at place: Int, number: Int) { fields[place] = field.allocatedOnDevice }

  func unbind() { fields.forgetMemories() }

  func bindScratch() throws(HaloError) {
    let byteCount = planned.descriptors.map { $0.map { $0.allocatedCount * $0.dtype.size } ?? 0 }.max() ?? 0
    let scratch = DeviceStaging(sendByteCount: byteCount, receiveByteCount: 0, on: device)
    for place in planned.descriptors.indices where planned.descriptors[place] != nil {
      fields[place] = try scratch.memory(.deviceSend)
    }
    self.scratch = scratch
  }

  func update(_ lowered: LoweredLinks, routes: PlannedRoutes) throws(HaloError) -> any UpdateProgram {
    let staging = staging(of: lowered)
    self.staging = staging
    return try program(lowered, routes: routes, staging: staging)
  }

  func narrowed(_ lowered: LoweredLinks, routes: PlannedRoutes) throws(HaloError) -> any UpdateProgram {
    guard let staging, staging.holds(lowered) else { return try update(lowered, routes: routes) }
    return try program(lowered, routes: routes, staging: staging)
  }

  func accumulation(
    _ lowered: LoweredLinks, routes: PlannedRoutes, tag: Int
  ) throws(HaloError) -> any ExchangeProgram {
    guard !isCombinedOnDevice(lowered) else {
      return try program(lowered, routes: routes, staging: staging(of: lowered), tag: tag)
    }
    // Ranks that do not have all fields may combine theirs on the device, and wait to be told.
    _ = try peers(of: lowered, routes: routes, staging: nil, tag: tag)
    return try DeviceAccumulation(
      lowered, planned, of: fields, on: try madeQueues(), over: communicator, in: memory, tag: tag,
      timer: timer)
  }

  private func isCombinedOnDevice(_ lowered: LoweredLinks) -> Bool {
    guard let combination = lowered.combination else { return false }
    return planned.descriptors.allSatisfy { descriptor in
      guard let descriptor else { return true }
      return DeviceCombination(combination, of: descriptor.dtype).map(device.has) ?? false
    }
  }

  private func program(
    _ lowered: LoweredLinks, routes: PlannedRoutes, staging: DeviceStaging, tag: Int = PlanTag.update
  ) throws(HaloError) -> any UpdateProgram {
    let peers = try peers(of: lowered, routes: routes, staging: staging, tag: tag)
    return try DeviceProgram(
      lowered, routes: routes, of: fields, on: try madeQueues(), staging: staging, over: communicator,
      in: memory, peers: peers, tag: tag, timer: timer)
  }

  private func staging(of lowered: LoweredLinks) -> DeviceStaging {
    DeviceStaging(
      sendByteCount: lowered.sendByteCount, receiveByteCount: lowered.receiveByteCount, on: device)
  }

  private func peers(
    of lowered: LoweredLinks, routes: PlannedRoutes, staging: DeviceStaging?, tag: Int
  ) throws(HaloError) -> DevicePeers {
    guard routes.mayUsePeers else { return DevicePeers(none: lowered.exchanges.count) }
    return try DevicePeers(lowered, staging: staging, in: memory, over: communicator, tag: tag)
  }
}

extension FieldStorage {
  /// Where a field on a device lies.
  fileprivate var allocatedOnDevice: DeviceMemory {
    guard let deviceMemory else { fatalError("Halo: a field on a device without its memory") }
    return deviceMemory
  }
}
