import ExampleSupport
import Foundation
import Halo

extension Tsunami {
  /// The simulation, from the start to the report; all ranks run it together.
  func simulate(over ground: Ground, world: Communicator) throws {
    let depthAtSource = -ground.height(longitude: at.longitude, latitude: at.latitude)
    guard depthAtSource >= 50 else {
      let found = depthAtSource > 0 ? "\(depthAtSource.fixed(0)) m of water" : "land"
      throw Problem("the sea must be raised where it is 50 m deep or more; there is \(found) at \(at)")
    }

    // Every rank makes its own block of the cells; the grid knows which, and who the neighbours are.
    let mesh = Mesh(region: region, columns: resolution)
    let grid = try CartesianGrid(global: [mesh.rows, mesh.columns], over: world)
    let floor = try ground.field(on: grid, mesh: mesh)
    var sea = try Sea(on: grid), midway = try Sea(on: grid)
    let hill = Hill(top: at, height: amplitude, radius: radius * 1000)
    hill.raise(&sea.depth, over: floor, on: mesh)
    var crest = try Field<Double, 2>(on: grid, halo: 0, name: "crest")
    crest.keepHighest(sea.depth, over: floor, box: crest.owned)

    // The deepest water has the fastest waves. All ranks take the same step.
    let deepest = try world.allReduce(sea.depth.highest, .max)
    let longestStep = mesh.safeTimeStep(deepest: deepest + amplitude)
    let steps = self.steps ?? Int((minutes * 60 / longestStep).rounded(.up))
    let timeStep = self.steps == nil ? minutes * 60 / Double(steps) : longestStep

    let timer = Timer()
    let walls = Walls(of: grid)
    var water = ShallowWater(mesh: mesh, timeStep: timeStep, columnsOfBlock: floor.extents[1])
    var halo = try HaloPlan<2>(for: sea, on: grid, stencil: .star, timer: timer)
    var album = try Album(
      in: output, pictures: pictures, of: ground, floor: floor, mesh: mesh, grid: grid, range: amplitude / 3)
    let simulation = Checkpoints.Simulation(mesh: mesh, timeStep: timeStep, hill: hill)
    let firstStep =
      try restart.map {
        try Checkpoints.restore(&sea, &crest, from: $0, of: simulation, on: grid) + 1
      } ?? 1
    var checkpoints = try Checkpoints(
      in: snapshot, every: every, of: simulation, floor: floor, on: grid, goingOnFrom: restart)
    let pictureSteps = (0..<pictures).map { pictures == 1 ? steps : $0 * steps / (pictures - 1) }

    let before = try Totals(of: sea, on: mesh, from: grid)
    if world.rank == 0 {
      print("tsunami: \(grid), cells of \(mesh.cellSize), \(steps) steps of \(timeStep.fixed(3)) s")
    }
    var progress = Progress(steps: steps)
    if pictures > 1, firstStep == 1 { try timer.clock("pictures") { try album.add(sea, minute: 0) } }
    for step in stride(from: firstStep, through: steps, by: 1) {
      // Heun's method: a step ahead, then half of another one from there and half of what was.
      sea.mirror(at: walls)
      try halo.update(&sea) { sea, box in
        water.step(sea, over: floor, keeping: 0, of: &midway, box: box)
      }
      midway.mirror(at: walls)
      try halo.update(&midway) { midway, box in
        water.step(midway, over: floor, keeping: 0.5, of: &sea, box: box)
        crest.keepHighest(sea.depth, over: floor, box: box)
      }

      let minute = Double(step) * timeStep / 60
      if world.rank == 0 { progress.show(step: step, "\(minute.fixed(1)) min simulated") }
      try checkpoints.write(sea, crest: crest, step: step, of: steps, timeStep: timeStep, timer: timer)
      if pictureSteps.contains(step) { try timer.clock("pictures") { try album.add(sea, minute: minute) } }
    }
    if pictures > 0 {
      try timer.clock("pictures") { try album.addHighest(crest, minute: Double(steps) * timeStep / 60) }
    }

    let after = try Totals(of: sea, on: mesh, from: grid)
    let highest = try world.allReduce(crest.highest, .max)
    let least = try world.allReduce(sea.depth.lowest, .min)
    if let before, let after {
      guard after.volume.isFinite else { throw Problem("the wave has grown beyond all numbers") }
      let drift = (after.volume - before.volume) / before.volume
      print("highest level  \(highest.fixed(3)) m; least depth \(least.fixed(3)) m")
      print("water volume   \(before.volume.scientific(12)) m³ at the start")
      print("               \(after.volume.scientific(12)) m³ at the end, drift \(drift.scientific(1))")
      print("checksum       \(after.checksum) after \(steps) steps")
      if let snapshot, let last = checkpoints.lastStep {
        print("snapshot       \(snapshot), up to step \(last)")
      }
      if let last = album.files.last { print("pictures       \(album.files.count), up to \(last)") }
    }
    try TimingReport(timer, over: world).print()
  }
}
