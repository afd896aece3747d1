import ExampleSupport
import Foundation
import Halo

import class Halo.Timer

extension Sphere {
  /// The simulation, from the start to the report; all ranks run it together.
  func simulate(over world: Communicator) throws {
    let grid = try CubedSphereGrid(pointsPerSide: cells, layout: layout?.blocks, over: world)
    let bell = CosineBell(tilt: tilt * .pi / 180)
    let timer = Timer()
    var atmosphere = try Atmosphere(on: grid, bell: bell, timer: timer)

    let seconds = days * CosineBell.secondsADay
    let steps = max(1, Int((seconds / (try atmosphere.longestStep())).rounded(.up)))
    let step = seconds / Double(steps)
    let pictureSteps = (0..<pictures).map { pictures == 1 ? steps : $0 * steps / (pictures - 1) }
    var album = Album(in: output, mesh: atmosphere.mesh, bell: bell)

    let before = try atmosphere.gather().map { Norms(of: $0, on: atmosphere.mesh, bell: bell, day: 0) }
    if world.rank == 0 {
      print("sphere: \(grid), \(steps) steps of \(step.fixed(1)) s")
    }
    var progress = Progress(steps: steps)
    for number in 0...steps {
      let day = days * Double(number) / Double(steps)
      if number > 0 {
        try atmosphere.step(seconds: step)
        if world.rank == 0 { progress.show(step: number, "day \(day.fixed(2))") }
      }
      guard pictureSteps.contains(number) else { continue }
      try timer.clock("pictures") {
        if let heights = try atmosphere.gather() { try album.add(heights, day: day) }
      }
    }

    if world.rank == 0 { try timer.clock("pictures") { try album.addWay() } }

    let after = try atmosphere.gather().map { Norms(of: $0, on: atmosphere.mesh, bell: bell, day: days) }
    if let before, let after {
      guard after.mass.isFinite else { throw Problem("the heights have grown beyond all numbers") }
      print("error norms    l1 \(after.l1.fixed(5)), l2 \(after.l2.fixed(5)), l∞ \(after.lInfinity.fixed(5))")
      print(
        "heights        \(after.lowest.fixed(3)) to \(after.highest.fixed(3)) m, "
          + "at the start 0 to \(before.highest.fixed(3))")
      print("mass           \(before.mass.scientific(12)) m³ at the start")
      print(
        "               \(after.mass.scientific(12)) m³ at the end, drift "
          + ((after.mass - before.mass) / before.mass).scientific(1))
      print("checksum       \(after.checksum) after \(steps) steps")
      if let last = album.files.last { print("pictures       \(album.files.count), up to \(last)") }
    }
    try TimingReport(timer, over: world).print()
  }
}
