import ExampleSupport
import Halo
import Snapshot

/// The simulation's state on the disk: written every so many steps, and read to go on from.
///
/// All ranks call everything together.
struct Checkpoints {
  private let writer: Snapshot.Writer?
  private let every: Int
  private(set) var lastStep: Int?

  /// What must be the same for a simulation to go on where another one has stopped.
  struct Simulation {
    let mesh: Mesh
    let timeStep: Double
    let hill: Hill

    var attributes: [String: JSONValue] {
      let region = mesh.region
      return [
        "resolution": .integer(mesh.columns), "time_step": .double(timeStep),
        "amplitude": .double(hill.height),
        "radius": .double(hill.radius),
        "at": [.double(hill.top.longitude), .double(hill.top.latitude)],
        "region": [.double(region.west), .double(region.east), .double(region.south), .double(region.north)],
      ]
    }
  }

  /// Makes a snapshot, or opens the one that is gone on from; none if there is no folder for it.
  init(
    in folder: String?, every: Int, of simulation: Simulation, floor: borrowing Field<Double, 2>,
    on grid: CartesianGrid, goingOnFrom restart: String?
  ) throws {
    self.every = every
    guard let folder else {
      writer = nil
      return
    }
    let mesh = simulation.mesh
    writer = try Snapshot.Writer(
      at: folder, on: grid, dimensions: ["latitude", "longitude"],
      existing: folder == restart ? .append : .refuse, attributes: simulation.attributes,
      timeAttributes: ["units": "s", "long_name": "time since the sea was raised"]
    ) {
      $0.add(floor, attributes: ["units": "m", "long_name": "height of the ground"])
      $0.add(
        coordinate: "latitude", (0..<mesh.rows).map { mesh.latitude(row: $0) },
        attributes: ["units": "degrees_north"])
      $0.add(
        coordinate: "longitude", (0..<mesh.columns).map { mesh.longitude(column: $0) },
        attributes: ["units": "degrees_east"])
    }
  }

  /// Writes the state if it is time to.
  mutating func write(
    _ sea: borrowing Sea, crest: borrowing Field<Double, 2>, step: Int, of steps: Int, timeStep: Double,
    timer: Timer
  ) throws {
    guard let writer, step % every == 0 || step == steps, step > writer.steps.last ?? 0 else { return }
    try timer.clock("snapshots") {
      try writer.write(step: step, time: Double(step) * timeStep) {
        $0.add(sea.depth, attributes: ["units": "m", "long_name": "depth of the water"])
        $0.add(sea.eastward, attributes: ["units": "m/s"])
        $0.add(sea.northward, attributes: ["units": "m/s"])
        $0.add(crest, attributes: ["units": "m", "long_name": "highest level so far"])
      }
    }
    lastStep = step
  }

  /// Takes the last state of a snapshot, and tells of which step it is.
  static func restore(
    _ sea: inout Sea, _ crest: inout Field<Double, 2>, from folder: String, of simulation: Simulation,
    on grid: CartesianGrid
  ) throws -> Int {
    let snapshot = try Snapshot.Reader(at: folder, on: grid)
    for (name, value) in simulation.attributes.sorted(by: { $0.key < $1.key })
    where snapshot.attributes[name] != value {
      throw Problem("the snapshot \(folder) is of another simulation: its \(name) is not that of this one")
    }
    guard let step = snapshot.steps.last else { throw Problem("the snapshot \(folder) has no step yet") }
    try snapshot.read(into: &sea, step: step)
    try snapshot.read(into: &crest, step: step)
    return step
  }
}
