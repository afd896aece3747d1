import ExampleSupport
import Halo

/// What resists when air is compressed, the square of the speed of sound; its density is 1 everywhere.
struct Air: ~Copyable {
  /// The square of the speed of sound, times a step over the side of a cell.
  private let stiffness: Field<Double, 3>
}

extension Air {
  /// The air of a rank's block.
  init(of room: Room, on grid: CartesianGrid) throws {
    var stiffness = try Field<Double, 3>(on: grid, halo: 0, name: "stiffness")
    stiffness.fillOwned { cell in
      let speed = room.speed(at: room.middle(of: cell))
      return speed * speed * room.timeStep / room.spacing
    }
    self.init(stiffness: stiffness)
  }

  /// One step of the pressure: it rises where more air flows in than out.
  func compress(_ pressure: inout Field<Double, 3>, by flow: borrowing Flow) {
    let cells = pressure.owned, k = pressure.owned[2]
    let stiffness = stiffness.view
    let first = flow.first.view, second = flow.second.view, third = flow.third.view
    var pressures = pressure.mutableView
    for i in cells[0] {
      for j in cells[1] {
        let stiff = stiffness.row(i, j, k)
        let west = first.row(i, j, k), east = first.row(i + 1, j, k)
        let south = second.row(i, j, k), north = second.row(i, j + 1, k)
        let around = third.row(i, j, k.lowerBound..<k.upperBound + 1)
        var p = pressures.row(i, j, k)
        for x in p.indices {
          p[x] -= stiff[x] * (east[x] - west[x] + north[x] - south[x] + around[x + 1] - around[x])
        }
      }
    }
  }

  /// The energy of a rank's block, which leapfrog keeps but for rounding: that of the pressure, and that of the
  /// velocity as the product of half a step before and half a step after.
  ///
  /// Half a step before, the velocity was less by what the pressure, whose halo is filled, has made of it since.
  func energy(of pressure: borrowing Field<Double, 3>, and flow: borrowing Flow, in room: Room) -> Double {
    let ratio = room.timeStep / room.spacing
    var energy = CompensatedSum()
    let pressures = pressure.view, stiffness = stiffness.view
    let first = flow.first.view, second = flow.second.view, third = flow.third.view
    let cells = pressure.owned, k = pressure.owned[2]
    for i in cells[0] {
      for j in cells[1] {
        let p = pressures.row(i, j, k), stiff = stiffness.row(i, j, k)
        let west = pressures.row(i - 1, j, k), south = pressures.row(i, j - 1, k)
        let below = pressures.row(i, j, k.shifted(by: -1))
        let u = first.row(i, j, k), v = second.row(i, j, k), w = third.row(i, j, k)
        for x in p.indices {
          // The lower faces alone: an upper one is another cell's lower one, or a wall.
          let uBefore = u[x] + ratio * (p[x] - west[x])
          let vBefore = v[x] + ratio * (p[x] - south[x])
          let wBefore = w[x] + ratio * (p[x] - below[x])
          energy.add(ratio * p[x] * p[x] / stiff[x])
          energy.add(u[x] * uBefore + v[x] * vBefore + w[x] * wBefore)
        }
      }
    }
    return 0.5 * energy.total * room.spacing * room.spacing * room.spacing
  }
}
