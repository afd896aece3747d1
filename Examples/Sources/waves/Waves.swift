import ArgumentParser
import ExampleSupport
import Halo

/// Sound in a closed room, through a lens: the program's arguments.
///
/// What it does with them is in Simulation.swift.
@main
struct Waves: ParallelCommand {
  static let configuration = CommandConfiguration(
    commandName: "waves",
    abstract: "A clap in a closed room runs through a ball of slow air, which bends it like a lens.",
    discussion: """
      Solves the equations of sound on a staggered grid: the pressure in the middle of each cell and the velocity \
      through each of its faces take turns (leapfrog). The scheme keeps an energy to the last digits, which is printed, \
      and a checksum that is the same on any number of ranks.
      """)

  @Option(help: "Cells along each side of the room.")
  var size = 128

  @Option(help: "Time to simulate; sound crosses the room in 1.")
  var time = 1.2

  @Option(help: "Moments of which the energy is printed and a picture drawn, the last one at the end.")
  var moments = 6

  @Option(help: "The folder for the picture; made if it is missing.")
  var output = "output"

  @Flag(inversion: .prefixedNo, help: "Whether to draw the moments, in a cut through the middle of the room.")
  var picture = true

  func validate() throws {
    func check(_ condition: Bool, _ rule: String) throws {
      if !condition { throw ValidationError(rule) }
    }
    try check((8...2000).contains(size), "--size takes 8 to 2000 cells, not \(size)")
    try check(time > 0 && time <= 1000, "--time takes a time above 0 and up to 1000, not \(time)")
    try check((1...60).contains(moments), "--moments takes 1 to 60, not \(moments)")
  }

  func run(over world: Communicator) throws {
    try simulate(Room(cells: size), over: world)
  }
}
