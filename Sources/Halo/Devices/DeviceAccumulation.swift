import MPI
import Memory
import Strided
import Timing

/// Combines halo cells of fields on a device into their owners, where its kernels cannot: the cells that take part are
/// brought into the process's memory, combined there by the very program that combines fields of the process, and put
/// back.
@safe
final class DeviceAccumulation: ExchangeProgram {
  private let fields: DeviceFields
  private let queues: DeviceQueues
  private let staging: DeviceStaging
  private let staged: (device: DeviceMemory, pinned: DeviceMemory)
  private let shadows: [Shadow?]
  private let program: HostProgram

  private var bringing: DeviceLaunch
  private var puttingBack: [DeviceLaunch]
  private let brought: [Box]
  private let putBack: [Box]
  private let byteCount: Int

  /// One box of a field and its place among the staged bytes.
  private struct Box {
    let field: Int
    let layout: Layout
    let offset: Int
    let copy: StridedCopy
  }

  /// Memory laid out like a field's, of which only the pages are used that boxes lie on.
  @safe
  private final class Shadow {
    let allocation: Allocation
    let origin: UnsafeMutableRawPointer

    init(of descriptor: FieldDescriptor) throws(HaloError) {
      let bounds = descriptor.byteBounds
      allocation = try HaloError.rethrow { () throws(AllocationError) in
        try Allocation(byteCount: bounds.count, allocator: .host)
      }
      unsafe origin = allocation.base - bounds.lowerBound
    }
  }

  init(
    _ lowered: LoweredLinks, _ planned: PlannedFields, of fields: DeviceFields, on queues: DeviceQueues,
    over communicator: Communicator, in memory: NodeMemory, tag: Int, timer: Timer?
  ) throws(HaloError) {
    self.fields = fields
    self.queues = queues
    let origins = FieldOrigins(count: planned.descriptors.count)
    var shadows: [Shadow?] = []
    for (place, descriptor) in planned.descriptors.enumerated() {
      let shadow = try descriptor.map { (descriptor) throws(HaloError) in try Shadow(of: descriptor) }
      if let shadow { unsafe origins[place] = shadow.origin }
      shadows.append(shadow)
    }
    self.shadows = shadows
    program = try HostProgram(
      lowered, routes: PlannedRoutes(.packed, over: communicator, on: nil), over: communicator, in: memory,
      labels: planned.labels, origins: origins, tag: tag, timer: timer)

    // Sent are halo cells, received those that they are combined into.
    var boxes: [(piece: LinkPiece, isCombinedInto: Bool)] = []
    for exchange in lowered.exchanges {
      boxes += exchange.sends.map { ($0, false) } + exchange.receives.map { ($0, true) }
    }
    for phase in lowered.copiesWithin {
      for pair in phase { boxes += [(pair.receiver, false), (pair.sender, true)] }
    }
    var offset = 0
    var brought: [Box] = []
    var putBack: [Box] = []
    for (piece, isCombinedInto) in boxes {
      let (field, layout) = (piece.field, piece.layout)
      brought.append(Box(field: field, layout: layout, offset: offset, copy: .unpack(layout)))
      if isCombinedInto {
        putBack.append(Box(field: field, layout: layout, offset: offset, copy: .pack(layout)))
      }
      offset += (layout.byteCount + 15) / 16 * 16
    }
    (self.brought, self.putBack, byteCount) = (brought, putBack, offset)
    let staging = DeviceStaging(sendByteCount: offset, receiveByteCount: 0, on: queues.device)
    self.staging = staging
    staged = (try staging.memory(.deviceSend), try staging.memory(.pinnedSend))

    func launch(_ parts: [DeviceLaunch.Part]) throws(HaloError) -> DeviceLaunch {
      try DeviceLaunch(parts, on: fields, device: queues.device) { _ throws(HaloError) in
        try staging.memory(.deviceSend)
      }
    }
    bringing = try launch(
      brought.map { box in
        DeviceLaunch.Part(
          copy: .pack(box.layout).moved(source: 0, destination: box.offset), source: .field(box.field),
          target: .staging(.deviceSend))
      })
    // Owned cells in a corner of a block are combined with several halos: their boxes overlap.
    var puttingBack: [DeviceLaunch] = []
    let parts = putBack.map { box in
      DeviceLaunch.Part(
        copy: .unpack(box.layout).moved(source: box.offset, destination: 0), source: .staging(.deviceSend),
        target: .field(box.field), targetBox: box.layout)
    }
    for parts in DeviceLaunch.Part.independent(parts) { puttingBack.append(try launch(parts)) }
    self.puttingBack = puttingBack
  }

  deinit {
    // The device may still read what was put back.
    try? queues.finishLast()
  }

  func begin() throws(HaloError) {
    try HaloError.rethrow { () throws(DeviceError) in
      try queues.finishLast()
      try queues.begin(with: fields)
      try bringing.run(on: queues.own, fields)
      try queues.own.copyUntracked(byteCount: byteCount, from: staged.device, at: 0, to: staged.pinned, at: 0)
      try queues.own.wait()
    }
    for box in brought {
      unsafe box.copy.execute(from: pinnedBytes + box.offset, to: origin(of: box))
    }
    try program.begin()
  }

  func progress() throws(HaloError) -> Bool { try program.progress() }

  func finish() throws(HaloError) {
    try program.finish()
    for box in putBack {
      unsafe box.copy.execute(from: UnsafeRawPointer(origin(of: box)), to: pinnedBytes + box.offset)
    }
    try HaloError.rethrow { () throws(DeviceError) in
      try queues.own.copyUntracked(byteCount: byteCount, from: staged.pinned, at: 0, to: staged.device, at: 0)
      for place in puttingBack.indices { try puttingBack[place].run(on: queues.own, fields) }
      try queues.end(with: fields)
    }
  }

  private var pinnedBytes: UnsafeMutableRawPointer {
    guard let address = unsafe UnsafeMutableRawPointer(bitPattern: staged.pinned.address) else {
      fatalError("Halo: pinned memory at address 0")
    }
    return unsafe address
  }

  private func origin(of box: Box) -> UnsafeMutableRawPointer {
    guard let shadow = shadows[box.field] else { fatalError("Halo: an absent field has cells") }
    return unsafe shadow.origin
  }

  func giveUpInMemory() { program.giveUpInMemory() }

  func forgetFields() {
    bringing.forgetFields()
    for place in puttingBack.indices { puttingBack[place].forgetFields() }
  }

  var unfinishedPeers: [Int] { program.unfinishedPeers }

  func record(with stopwatches: PlanStopwatches) { program.record(with: stopwatches) }
}
