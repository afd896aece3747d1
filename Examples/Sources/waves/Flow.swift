import Halo

/// The velocity of the air: of each cell's faces the part that goes through them.
struct Flow: ~Copyable {
  /// Through the faces across the first, the second and the third axis.
  var first, second, third: Field<Double, 3>
  /// Along each axis, the faces that are not the room's walls: through those nothing flows.
  let open: [Range<Int>]
}

extension Flow {
  /// Air at rest.
  init(on grid: CartesianGrid) throws {
    func faces(across axis: Int) throws -> Field<Double, 3> {
      try Field(on: grid, axes: (0..<3).map { .grid($0, staggered: $0 == axis) }, halo: 0)
    }
    self.init(
      first: try faces(across: 0), second: try faces(across: 1), third: try faces(across: 2),
      open: grid.owned.indices.map { axis in
        let cells = grid.owned[axis]
        let isAtLowerWall = cells.lowerBound == 0, isAtUpperWall = cells.upperBound == grid.extents[axis]
        return (isAtLowerWall ? 1 : 0)..<(isAtUpperWall ? cells.count : cells.count + 1)
      })
  }

  /// One step of the velocity through the faces of a box of cells: air flows to where the pressure is less.
  ///
  /// A face between two blocks belongs to both, which compute it from the same numbers.
  mutating func accelerate(by pressure: borrowing Field<Double, 3>, ratio: Double, over cells: Box<3>) {
    Self.accelerate(&first, across: 0, open[0], by: pressure, ratio: ratio, over: cells)
    Self.accelerate(&second, across: 1, open[1], by: pressure, ratio: ratio, over: cells)
    Self.accelerate(&third, across: 2, open[2], by: pressure, ratio: ratio, over: cells)
  }

  private static func accelerate(
    _ velocity: inout Field<Double, 3>, across axis: Int, _ open: Range<Int>,
    by pressure: borrowing Field<Double, 3>, ratio: Double, over cells: Box<3>
  ) {
    var faces = velocity.points(of: cells)
    faces[axis] = faces[axis].clamped(to: open)
    guard !faces.isEmpty else { return }
    let pressures = pressure.view
    var velocities = velocity.mutableView
    let k = faces[2]
    for i in faces[0] {
      pressure.progress()
      for j in faces[1] {
        let above = pressures.row(i, j, k)
        let below =
          switch axis {
          case 0: pressures.row(i - 1, j, k)
          case 1: pressures.row(i, j - 1, k)
          default: pressures.row(i, j, k.shifted(by: -1))
          }
        var speed = velocities.row(i, j, k)
        for x in speed.indices { speed[x] -= ratio * (above[x] - below[x]) }
      }
    }
  }
}
