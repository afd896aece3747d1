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
/// - Parameter device: Where the fields lie all the while; `nil` for the processor's memory.
/// - Returns: The heat after the last step, in the processor's memory.
func solve(
  cells: Int, steps: Int, on device: Device?, over world: Communicator, timer: Timer
) throws -> Field<Double, 3> {
  let grid = try CartesianGrid(global: [cells, cells, cells], periodic: true, over: world)
  let deviceSpread = try device.map { try DeviceSpread(on: $0) }
  let queue = deviceSpread?.queue, allocator = device.map { Allocator.device($0) }
  var old = try Field<Double, 3>(on: grid, halo: 1, name: "old", allocator: allocator)
  var new = try Field<Double, 3>(on: grid, halo: 1, name: "new", allocator: allocator)
  var halo = try HaloPlan(for: old, on: grid, stencil: .star, queue: queue, timer: timer)

  var heat = try Field<Double, 3>(on: grid, halo: 1)
  let wave = sines(cells)
  heat.fillOwned { cell in wave[cell[0]] * wave[cell[1]] * wave[cell[2]] }
  try old.assign(from: heat, on: queue)
  for _ in 0..<steps {
    try halo.update(&old) { old, box in
      if let deviceSpread {
        try deviceSpread(old, into: new, over: box)
      } else {
        spread(old, into: &new, over: box)
      }
    }
    swap(&old, &new)
  }
  try heat.assign(from: old, on: queue)
  return heat
}

/// The largest difference from the exact solution, over all cells of all ranks, which run it together.
func largestError(
  of heat: borrowing Field<Double, 3>, after steps: Int, cells: Int, over world: Communicator
) throws -> Double {
  let size = 1.0 / Double(cells)
  let decay = exp(-12 * .pi * .pi * Double(steps) * meshRatio * size * size)
  let wave = sines(cells)
  let first = heat.globalOrigin
  var error = 0.0
  heat.forEachRow(in: heat.owned) { cell, row in
    let (i, j, k) = (first[0] + cell[0], first[1] + cell[1], first[2] + cell[2])
    for x in row.indices { error = max(error, abs(row[x] - decay * wave[i] * wave[j] * wave[k + x])) }
  }
  return try world.allReduce(error, .max)
}

/// The values of one sine at the cells' middles; the solution is a product of three, which fades.
private func sines(_ cells: Int) -> [Double] {
  (0..<cells).map { sin(2 * .pi * (Double($0) + 0.5) / Double(cells)) }
}
