// The physics: ∂u/∂t = ∇²u in a cube of side 1 that closes on itself, by the simplest scheme there is (forward in time,
// central differences in space), and the exact solution to compare with.

import Glibc  // sin, exp, log2
import Halo

/// The time step over the square of the cell size.
///
/// The scheme is stable up to 1/6; the error shrinks with the square of the cell size as long as this number stays
/// the same.
let meshRatio = 1.0 / 8

/// One step: each new value from the old ones of the cell and its six neighbours.
///
/// The kernel is told which cells: all of the block, or the part that can be done while messages travel.
func spread(_ old: borrowing Field<Double, 3>, into new: inout Field<Double, 3>, over box: Box<3>) {
  let old = old.view
  var new = new.mutableView
  let k = box[2]
  for i in box[0] {
    for j in box[1] {
      let here = old.row(i, j, k)
      let west = old.row(i - 1, j, k), east = old.row(i + 1, j, k)
      let south = old.row(i, j - 1, k), north = old.row(i, j + 1, k)
      let below = old.row(i, j, k.shifted(by: -1)), above = old.row(i, j, k.shifted(by: 1))
      var next = new.row(i, j, k)
      for x in 0..<k.count {
        let around = west[x] + east[x] + south[x] + north[x] + below[x] + above[x]
        next[x] = here[x] + meshRatio * (around - 6 * here[x])
      }
    }
  }
}

/// Solves the equation on `cells` cells an axis; all ranks run it together.
///
/// - Returns: The largest difference from the exact solution, over all cells of all ranks.
func largestError(cells: Int, steps: Int, over world: Communicator, timer: Timer) throws -> Double {
  let grid = try CartesianGrid(global: [cells, cells, cells], periodic: true, over: world)
  var old = try Field<Double, 3>(on: grid, halo: 1, name: "old")
  var new = try Field<Double, 3>(on: grid, halo: 1, name: "new")
  var halo = try HaloPlan(for: old, on: grid, stencil: .star, timer: timer)

  let size = 1.0 / Double(cells)
  let time = Double(steps) * meshRatio * size * size
  // The values of one sine at the cells' middles; the solution is a product of three.
  let wave = (0..<cells).map { sin(2 * .pi * (Double($0) + 0.5) * size) }
  old.fillOwned { cell in wave[cell[0]] * wave[cell[1]] * wave[cell[2]] }

  for _ in 0..<steps {
    try halo.update(&old) { old, box in spread(old, into: &new, over: box) }
    swap(&old, &new)
  }

  let decay = exp(-12 * .pi * .pi * time)
  let first = old.globalOrigin
  var error = 0.0
  old.forEachRow(in: old.owned) { cell, row in
    let (i, j, k) = (first[0] + cell[0], first[1] + cell[1], first[2] + cell[2])
    for x in row.indices { error = max(error, abs(row[x] - decay * wave[i] * wave[j] * wave[k + x])) }
  }
  return try world.allReduce(error, .max)
}
