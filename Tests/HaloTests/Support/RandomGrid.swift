import Halo
import SeededRandom

/// A grid of three axes and the widths of a halo that fits it; all ranks draw the same.
func randomGrid(
  over world: Communicator, _ generator: inout SeededGenerator
) throws -> (CartesianGrid, [HaloSides]) {
  let processGrid = randomProcessGrid(axes: 3, ranks: world.size, &generator)
  let halo = (0..<3).map { _ in
    HaloSides(
      lower: Int.random(in: 0...3, using: &generator), upper: Int.random(in: 0...3, using: &generator))
  }
  let extents = (0..<3).map { axis in
    processGrid[axis] * max(1, halo[axis].lower, halo[axis].upper)
      + Int.random(in: 0...3, using: &generator)
  }
  let grid = try CartesianGrid(
    global: extents, periodic: (0..<3).map { _ in Bool.random(using: &generator) },
    processGrid: processGrid, over: world)
  return (grid, halo)
}
