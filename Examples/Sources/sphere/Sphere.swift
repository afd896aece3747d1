import ArgumentParser
import ExampleSupport
import Halo

/// A bell-shaped hill of air carried around a cubed sphere: the program's arguments.
///
/// What it does with them is in Simulation.swift.
@main
struct Sphere: ParallelCommand {
  static let configuration = CommandConfiguration(
    commandName: "sphere",
    abstract: "A cosine bell is carried once around the sphere, over edges and corners of the cube.",
    discussion: """
      Test case 1 of Williamson et al. (1992) on a cubed sphere: after 12 days the bell should be back as it was. \
      Prints how far it is from that in the standard norms, the mass that was lost or made, and a checksum that is \
      the same on any number of ranks; draws the six faces of the cube unfolded.
      """)

  @Option(help: "Cells along each side of a face.")
  var cells = 96

  @Option(help: "Days to simulate; the bell is back where it began after 12.")
  var days = 12.0

  @Option(help: "Degrees between the axis of the wind and that of the sphere; 45 leads over the corners.")
  var tilt = 45.0

  @Option(help: "Blocks along the rows and the columns of each face, as in 2,3 (default: the fewest).")
  var layout: Layout?

  @Option(help: "Pictures, from the start to the end; 0 for none.")
  var pictures = 9

  @Option(help: "The folder for the pictures; made if it is missing.")
  var output = "output"

  /// Two numbers with a comma between them.
  struct Layout: ExpressibleByArgument {
    let blocks: [Int]

    init?(argument: String) {
      blocks = argument.split(separator: ",").compactMap { Int($0) }
      if blocks.count != 2 { return nil }
    }
  }

  func validate() throws {
    func check(_ condition: Bool, _ rule: String) throws {
      if !condition { throw ValidationError(rule) }
    }
    try check((4...4096).contains(cells), "--cells takes 4 to 4096, not \(cells)")
    try check(days > 0 && days <= 1200, "--days takes a time above 0 and up to 1200, not \(days)")
    try check(tilt >= -360 && tilt <= 360, "--tilt takes -360 to 360 degrees, not \(tilt)")
    try check((0...1000).contains(pictures), "--pictures takes 0 to 1000, not \(pictures)")
  }

  func run(over world: Communicator) throws {
    try simulate(over: world)
  }
}
