import Halo
import HaloOracles
import SeededRandom

/// Draws cases and runs each by every route.
struct Bench {
  let world: Communicator
  let memory: TestedMemory
  let device: Device?
  let tally: Tally

  /// `nil` for what grids choose themselves.
  var allocator: Allocator? { device.map { .device($0) } }

  /// Runs one case; collective, and all ranks draw the same.
  func run(_ chance: inout Chance) throws {
    switch chance.number(in: 1...6) {
    case 1: try runSphere(&chance)
    case 2: try runAccumulation(&chance)
    default: try runUpdates(&chance)
    }
  }

  /// A grid of so many axes that no halo is wider than its smallest block.
  func randomGrid(axes: Int, widest: Int, _ chance: inout Chance) throws -> CartesianGrid {
    let processGrid = randomProcessGrid(axes: axes, ranks: world.size, &chance)
    let extents = processGrid.map { $0 * chance.number(in: max(widest, 1)...7) + chance.number(in: 0...3) }
    return try CartesianGrid(
      global: extents, periodic: processGrid.map { _ in chance.happens(oneIn: 2) }, processGrid: processGrid,
      over: world)
  }

  /// Halo widths that differ from side to side.
  func randomSides(widest: Int, _ chance: inout Chance) -> HaloSides {
    HaloSides(lower: chance.number(in: 0...widest), upper: chance.number(in: 0...widest))
  }
}
