import MPI
import Memory
import Timing
import Topology

/// What a plan decided when it was built, and what its programs are made from.
struct PlanBlueprint {
  let fields: PlannedFields
  /// All links at once.
  let pieces: LinkPieces
  /// What an update does one after the other: all links at once, or axis by axis.
  var phases: [LinkPieces]
  /// The order of the phases; never to be measured any more.
  var corners = CornerOrder.direct
  var routes: PlannedRoutes
  /// The phases of an update of a narrower halo in some order; `nil` if the links are what a user said.
  let narrowed: ((Int, CornerOrder) throws(HaloError) -> [LinkPieces])?
  /// The widest side of all halos.
  let widestHalo: Int
  let fillsOwnedCells: Bool
  /// What is given the caller's own work with fields on a device.
  let queue: DeviceQueue?
  let timer: Timer?

  init(
    _ fields: PlannedFields, on grid: some HaloGrid, stencil: Stencil, routes: PlannedRoutes,
    queue: DeviceQueue?, timer: Timer?
  ) throws(HaloError) {
    self.fields = fields
    self.routes = routes
    self.queue = queue
    self.timer = timer
    widestHalo = fields.descriptors.map { $0?.widestHalo ?? 0 }.max() ?? 0
    fillsOwnedCells = grid.fillsOwnedCells
    pieces = try LinkPieces(of: fields, on: grid, stencil: stencil)
    phases = try LinkPieces.atOnce(pieces, of: fields, on: grid, stencil: stencil)
    guard grid.linksFollowHalo else {
      narrowed = nil
      return
    }
    narrowed = { (width, corners) throws(HaloError) in
      let fields = fields.narrowed(to: width)
      if corners == .axisByAxis, let phases = try LinkPieces.byAxis(of: fields, on: grid) { return phases }
      let pieces = try LinkPieces(of: fields, on: grid, stencil: stencil)
      return try LinkPieces.atOnce(pieces, of: fields, on: grid, stencil: stencil)
    }
  }
}

extension PlanBlueprint {
  /// What makes the plan's programs.
  func binding(
    over communicator: Communicator, in memory: NodeMemory
  ) -> any FieldBinding {
    guard let device = fields.device else {
      return HostBinding(fields, over: communicator, in: memory, timer: timer)
    }
    return DeviceBinding(
      fields, on: device, ordering: queue, over: communicator, in: memory, timer: timer)
  }
}

extension LinkPieces {
  /// The pieces of every field axis by axis; `nil` if the grid is no box.
  static func byAxis(of fields: PlannedFields, on grid: some HaloGrid) throws(HaloError) -> [LinkPieces]? {
    try phases(of: fields, on: grid) { (block, halo) throws(TopologyError) in
      try grid.linksByAxis(ofBlock: block, halo: halo)
    }
  }

  /// The pieces of every field to all other ranks at once, then what can be carried along within the rank.
  ///
  /// - Parameter pieces: All of them at once, for grids that know no better.
  static func atOnce(
    _ pieces: LinkPieces, of fields: PlannedFields, on grid: some HaloGrid, stencil: Stencil
  ) throws(HaloError) -> [LinkPieces] {
    // A device copies what stays on the rank in the launch that packs, but not what that has yet to bring.
    guard stencil == .box, fields.device == nil else { return [pieces] }
    let phases = try phases(of: fields, on: grid) { (block, halo) throws(TopologyError) in
      try grid.linksClosingLast(ofBlock: block, halo: halo)
    }
    return phases ?? [pieces]
  }

  /// The pieces of every field in phases; `nil` if a block's links have none.
  private static func phases(
    of fields: PlannedFields, on grid: some HaloGrid,
    links: (Int, [HaloSides]) throws(TopologyError) -> [[Link]]?
  ) throws(HaloError) -> [LinkPieces]? {
    var phases: [LinkPieces] = []
    for (field, descriptor) in fields.descriptors.enumerated() {
      guard let descriptor else { continue }
      let linksOfPhases = try HaloError.rethrow { () throws(TopologyError) in
        try links(descriptor.block, descriptor.halo(onGridOf: grid.axisCount))
      }
      guard let linksOfPhases else { return nil }
      while phases.count < linksOfPhases.count { phases.append(LinkPieces()) }
      for (phase, links) in linksOfPhases.enumerated() {
        for link in links {
          guard let boxes = descriptor.boxes(of: link) else { continue }
          phases[phase].add(link, boxes, for: field, of: fields, axisCount: grid.axisCount)
        }
      }
    }
    return phases.isEmpty ? nil : phases
  }
}
