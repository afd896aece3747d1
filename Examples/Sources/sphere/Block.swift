import Halo

/// One block of a tile: the height that is carried, and what crosses the faces of its cells.
///
/// A finite-volume scheme: the height at a face is that of the cell upwind, raised by a limited slope of third order
/// (Koren 1993); times the exact flow of air through the face it is the flux, and what enters a cell leaves another.
final class Block {
  /// Cells beyond the block that the scheme reads, and those that ghost lines reach along an edge.
  static let halo = max(GhostLines.depth, GhostLines.reach)

  let tile: Int
  /// The rows and columns of the tile that the block holds.
  let rows, columns: Range<Int>
  private let mesh: Mesh

  /// The height of each cell, in m.
  var height: Field<Double, 2>
  /// The same at the start of the step.
  private var start: Field<Double, 2>
  /// Height times area that crosses each face in a second: the faces between columns, and those between rows.
  var fluxEast, fluxNorth: Field<Double, 2>
  /// The flow of air through the same faces, and the areas of the cells.
  private var flowEast, flowNorth, area: Field<Double, 2>

  init(_ number: Int, of grid: CubedSphereGrid, mesh: Mesh, bell: CosineBell) throws {
    let owned = grid.owned(byBlock: number)
    tile = grid.tile(ofBlock: number)
    (rows, columns) = (owned[0], owned[1])
    self.mesh = mesh
    let betweenColumns: [FieldAxis] = [.grid(0), .grid(1, staggered: true)]
    let betweenRows: [FieldAxis] = [.grid(0, staggered: true), .grid(1)]
    height = try Field(on: grid, block: number, halo: HaloWidths(Self.halo), name: "height")
    start = try Field(on: grid, block: number, halo: 0, name: "start")
    fluxEast = try Field(on: grid, block: number, axes: betweenColumns, halo: 0, name: "flux east")
    fluxNorth = try Field(on: grid, block: number, axes: betweenRows, halo: 0, name: "flux north")
    flowEast = try Field(on: grid, block: number, axes: betweenColumns, halo: 0, name: "flow east")
    flowNorth = try Field(on: grid, block: number, axes: betweenRows, halo: 0, name: "flow north")
    area = try Field(on: grid, block: number, halo: 0, name: "area")
    fill(with: bell)
  }

  private func fill(with bell: CosineBell) {
    func corner(_ j: Int, _ i: Int) -> SIMD3<Double> {
      mesh.direction(tile: tile, row: Double(rows.lowerBound + j), column: Double(columns.lowerBound + i))
    }
    for j in 0..<rows.count {
      for i in 0...columns.count {
        flowEast[j, i] = bell.flow(from: corner(j, i), to: corner(j + 1, i))
      }
    }
    for j in 0...rows.count {
      for i in 0..<columns.count {
        // To the right of the way back: to the north.
        flowNorth[j, i] = bell.flow(from: corner(j, i + 1), to: corner(j, i))
      }
    }
    for j in 0..<rows.count {
      for i in 0..<columns.count {
        let (row, column) = (rows.lowerBound + j, columns.lowerBound + i)
        area[j, i] = mesh.area(row: row, column: column)
        height[j, i] = bell.height(at: mesh.middle(tile: tile, row: row, column: column), day: 0)
      }
    }
  }

  /// The longest step in which no cell loses more than half of its air.
  var longestStep: Double {
    var longest = Double.infinity
    for j in 0..<rows.count {
      for i in 0..<columns.count {
        let out =
          max(flowEast[j, i + 1], 0) - min(flowEast[j, i], 0) + max(flowNorth[j + 1, i], 0)
          - min(flowNorth[j, i], 0)
        longest = min(longest, area[j, i] / (2 * out))
      }
    }
    return longest
  }
}

// MARK: - A step

extension Block {
  /// Remembers the height at the start of a step.
  func beginStep() { Self.copy(height, to: &start) }

  private static func copy(_ field: borrowing Field<Double, 2>, to other: inout Field<Double, 2>) {
    let cells = other.owned
    var others = other.mutableStrided(cells)
    others.copy(from: field.strided(cells))
  }

  /// Moves the halo beyond the edges of the tile onto the lines of this tile.
  func bendGhostLines(_ lines: GhostLines) {
    let last = mesh.cellsPerSide
    if columns.lowerBound == 0 { bend(lines, along: rows) { depth, j in [j, -1 - depth] } }
    if columns.upperBound == last {
      let beyond = columns.count
      bend(lines, along: rows) { depth, j in [j, beyond + depth] }
    }
    if rows.lowerBound == 0 { bend(lines, along: columns) { depth, i in [-1 - depth, i] } }
    if rows.upperBound == last {
      let beyond = rows.count
      bend(lines, along: columns) { depth, i in [beyond + depth, i] }
    }
  }

  /// Moves the halo along one edge; `cell` tells where it lies, by its depth and its place along the block.
  private func bend(
    _ lines: GhostLines, along cells: Range<Int>, cell: (_ depth: Int, _ place: Int) -> InlineArray<2, Int>
  ) {
    // The corners of the cube have no halo: the line ends there.
    let first = max(cells.lowerBound - GhostLines.reach, 0)
    let end = min(cells.upperBound + GhostLines.reach, mesh.cellsPerSide)
    for depth in 0..<GhostLines.depth {
      let line = (first..<end).map { height[cell(depth, $0 - cells.lowerBound)] }
      for place in cells {
        height[cell(depth, place - cells.lowerBound)] = lines.value(
          depth: depth, row: place, line: line, firstCell: first)
      }
    }
  }

  /// The faces whose fluxes need no halo, and the others.
  enum Faces {
    case inner, outer
  }

  /// The fluxes through some of the faces.
  func computeFluxes(_ faces: Faces) {
    Self.computeFluxes(&fluxEast, flow: flowEast, of: height, through: faces, along: 1)
    Self.computeFluxes(&fluxNorth, flow: flowNorth, of: height, through: faces, along: 0)
  }

  private static func computeFluxes(
    _ flux: inout Field<Double, 2>, flow: borrowing Field<Double, 2>, of height: borrowing Field<Double, 2>,
    through faces: Faces, along axis: Int
  ) {
    let all = flux.owned
    var inner = all
    // The two cells on either side of a face are read.
    let most = all.upper[axis]
    inner[axis] = min(2, most)..<max(most - 2, min(2, most))
    switch faces {
    case .inner: computeFluxes(&flux, flow: flow, of: height, through: inner, along: axis)
    case .outer:
      var (below, above) = (all, all)
      below[axis] = 0..<inner.lower[axis]
      above[axis] = inner.upper[axis]..<most
      computeFluxes(&flux, flow: flow, of: height, through: below, along: axis)
      computeFluxes(&flux, flow: flow, of: height, through: above, along: axis)
    }
  }

  private static func computeFluxes(
    _ flux: inout Field<Double, 2>, flow: borrowing Field<Double, 2>, of height: borrowing Field<Double, 2>,
    through box: Box<2>, along axis: Int
  ) {
    guard !box.isEmpty else { return }
    let (flow, height) = (flow.view, height.view)
    var flux = flux.mutableView
    let (step, shift) = axis == 0 ? (1, 0) : (0, 1)
    let columns = box[1]
    for row in box[0] {
      let air = flow.row(row, columns)
      // The cells before and behind the faces, two each.
      let far = height.row(row - 2 * step, columns.shifted(by: -2 * shift))
      let before = height.row(row - step, columns.shifted(by: -shift))
      let behind = height.row(row, columns)
      let beyond = height.row(row + step, columns.shifted(by: shift))
      var out = flux.row(row, columns)
      for x in out.indices {
        let upwind =
          air[x] > 0
          ? heightAtFace(far[x], before[x], behind[x]) : heightAtFace(beyond[x], behind[x], before[x])
        out[x] = air[x] * upwind
      }
    }
  }

  /// The height at the face between a cell and the one ahead of it, from the slope around the cell; within the two.
  @inline(__always)
  private static func heightAtFace(_ behind: Double, _ here: Double, _ ahead: Double) -> Double {
    let rise = here - behind, next = ahead - here
    if rise * next <= 0 { return here }
    let limited = min(2 * abs(rise), 2 * abs(next), (abs(rise) + 2 * abs(next)) / 3)
    return here + (rise > 0 ? limited : -limited) / 2
  }

  /// One stage of a step: height ← kept · start + (1 − kept) · (height + seconds · what its faces bring).
  func advance(seconds: Double, keeping kept: Double) {
    Self.advance(
      &height, start: start, east: fluxEast, north: fluxNorth, area: area, seconds: seconds, keeping: kept)
  }

  private static func advance(
    _ height: inout Field<Double, 2>, start: borrowing Field<Double, 2>, east: borrowing Field<Double, 2>,
    north: borrowing Field<Double, 2>, area: borrowing Field<Double, 2>, seconds: Double, keeping kept: Double
  ) {
    let cells = height.owned
    let (start, east, north, area) = (start.view, east.view, north.view, area.view)
    var height = height.mutableView
    let columns = cells[1]
    for row in cells[0] {
      let start = start.row(row, columns), area = area.row(row, columns)
      let faces = east.row(row, columns.lowerBound..<(columns.upperBound + 1))
      let south = north.row(row, columns), north = north.row(row + 1, columns)
      var here = height.row(row, columns)
      for x in here.indices {
        let gain = (faces[x] - faces[x + 1]) + (south[x] - north[x])
        here[x] = kept * start[x] + (1 - kept) * (here[x] + seconds * gain / area[x])
      }
    }
  }
}
