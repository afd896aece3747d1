import ExampleSupport
import Halo

extension Waves {
  /// The simulation, from the clap to the report; all ranks run it together.
  func simulate(_ room: Room, over world: Communicator) throws {
    let grid = try CartesianGrid(global: [room.cells, room.cells, room.cells], over: world)
    var pressure = try Field<Double, 3>(on: grid, halo: 1, name: "pressure")
    pressure.fillOwned { cell in room.clap(at: room.middle(of: cell)) }
    var flow = try Flow(on: grid)
    let air = try Air(of: room, on: grid)

    let timer = Timer()
    var halo = try HaloPlan(for: pressure, on: grid, stencil: .star, timer: timer)
    var album = try Album(of: room, moments: moments, folder: picture ? output : nil, over: world)
    let steps = max(moments, Int((time / room.timeStep).rounded(.up)))
    if world.rank == 0 { print("waves: \(grid), \(steps) steps of \(room.timeStep.scientific(3))") }

    var energyAtFirst: Double?
    var progress = Progress(steps: steps)
    for step in 1...steps {
      // Of the pressure's halo only faces next to another block's need any: they wait for the messages.
      try halo.update(&pressure) { pressure, cells in
        flow.accelerate(by: pressure, ratio: room.timeStep / room.spacing, over: cells)
      }
      let moment = step * moments / steps
      if moment > (step - 1) * moments / steps {
        let time = Double(step) * room.timeStep
        let energy = try world.allReduce(air.energy(of: pressure, and: flow, in: room), .sum)
        let before = energyAtFirst ?? energy
        energyAtFirst = before
        try album.add(pressure, time: time, over: world)
        if world.rank == 0 {
          let drift = ((energy - before) / before).scientific(1)
          print("time \(time.fixed(3))   energy \(energy.scientific(15))   drift \(drift)")
        }
      }
      try timer.clock("pressure") { air.compress(&pressure, by: flow) }
      if world.rank == 0 { progress.show(step: step, "time \((Double(step) * room.timeStep).fixed(2))") }
    }

    let checksum = try checksum(of: pressure, and: flow, over: world)
    if world.rank == 0 { print("checksum \(checksum) after \(steps) steps") }
    if let file = try album.write() { print("picture \(file)") }
    try TimingReport(timer, over: world).print()
  }
  private func checksum(
    of pressure: borrowing Field<Double, 3>, and flow: borrowing Flow, over world: Communicator
  ) throws -> String {
    var checksum = Checksum()
    let cells = pressure.owned
    checksum.add(pressure, in: cells)
    // A face between two blocks is counted by the upper one.
    checksum.add(flow.first, in: cells)
    checksum.add(flow.second, in: cells)
    checksum.add(flow.third, in: cells)
    return try checksum.text(over: world)
  }
}
