import ArgumentParser
import ExampleSupport
import Foundation
import Halo

/// A tsunami in the Strait of Juan de Fuca: the program's arguments.
///
/// What it does with them is in Simulation.swift.
@main
struct Tsunami: ParallelCommand {
  static let configuration = CommandConfiguration(
    commandName: "tsunami",
    abstract: "A patch of sea is raised off Vancouver Island and runs into the Strait of Juan de Fuca.",
    discussion: """
      Solves the shallow-water equations over real ground, with coasts that fall dry and are flooded, and draws \
      pictures. Prints the volume of the water at the start and at the end, and a checksum of the sea that is the same \
      on any number of ranks.
      """)

  @Option(help: "Cells from west to east; those from south to north follow, so that cells are about square.")
  var resolution = 320

  @Option(help: "Time to simulate, in minutes.")
  var minutes = 80.0

  @Option(help: "Steps to take, instead of a time to simulate.")
  var steps: Int?

  @Option(help: "How far the sea is raised at first, in metres.")
  var amplitude = 3.0

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Where the sea is raised, in degrees east and north.", valueName: "longitude,latitude")
  )
  var at = Place(longitude: -125.2, latitude: 48.3)

  @Option(help: "How far out the raised patch reaches (one standard deviation), in kilometres.")
  var radius = 10.0

  @Option(help: "Pictures of the wave, from the start to the end; 0 for none.")
  var pictures = 9

  @Option(help: "The folder for the pictures; made if it is missing.")
  var output = "output"

  @Option(help: "The folder for a snapshot, which is made; Python's xarray opens it.")
  var snapshot: String?

  @Option(help: "After how many steps the sea is written to the snapshot; and always after the last.")
  var every = 100

  @Option(help: "A snapshot to go on from, from its last step; on any number of ranks.")
  var restart: String?

  @Option(help: "A NumPy file with heights in metres, rows from south to north (default: the Salish Sea).")
  var ground: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The degrees that the ground covers.", valueName: "west,east,south,north"))
  var region = Ground.salishSea

  func validate() throws {
    func check(_ condition: Bool, _ rule: String) throws {
      if !condition { throw ValidationError(rule) }
    }
    try check((16...20_000).contains(resolution), "--resolution takes 16 to 20000 cells, not \(resolution)")
    try check(
      minutes > 0 && minutes <= 10_000, "--minutes takes a time above 0 and up to 10000, not \(minutes)")
    try check((steps ?? 1) >= 1, "--steps takes at least 1, not \(steps ?? 1)")
    try check((0...100).contains(amplitude), "--amplitude takes 0 to 100 metres, not \(amplitude)")
    try check(
      radius > 0 && radius <= 1000, "--radius takes a length above 0 and up to 1000 km, not \(radius)")
    try check((0...1000).contains(pictures), "--pictures takes 0 to 1000, not \(pictures)")
    try check(every >= 1, "--every takes 1 step or more, not \(every)")
    try check(region.contains(at), "--at takes a place in the region \(region), not \(at)")
  }

  func run(over world: Communicator) throws {
    guard let file = ground ?? Ground.salishSeaFile else {
      throw Problem(
        "the ground that comes with the example is not beside the program: give a file with --ground")
    }
    try simulate(over: Ground(file: file, region: region), world: world)
  }
}
