// The physics: the shallow-water equations on the sphere, without rotation,
//
//   ∂h/∂t  + ∇·(h u)                = 0
//   ∂hu/∂t + ∇·(h u⊗u) + g h ∇(h+b) = -c |u| u
//
// with the depth h, the velocity u, and the height b of the ground. Finite volumes of second order in space (limited
// slopes) and in time (Heun's method). At each face the two sides are rebuilt over the higher ground of the two,
// which keeps a lake at rest at rest and depths from becoming negative where the sea runs up the land:
//
//   E. Audusse, F. Bouchut, M.-O. Bristeau, R. Klein, B. Perthame: A fast and stable well-balanced scheme with
//   hydrostatic reconstruction for shallow water flows. SIAM J. Sci. Comput. 25 (2004) 2050-2065.

import Halo

/// The sea in one rank's block: what is exchanged travels in one message a neighbour.
struct Sea: ~Copyable, HaloState {
  /// Depth of the water in metres; 0 on dry land.
  var depth: Field<Double, 2>
  /// Velocity to the east and to the north, in metres a second.
  var eastward, northward: Field<Double, 2>

  func fields(_ list: inout FieldList) { list.add(depth, eastward, northward) }
}

extension Sea {
  /// A sea without water.
  init(on grid: CartesianGrid) throws {
    self.init(
      depth: try Field(on: grid, halo: 2, name: "depth"),
      eastward: try Field(on: grid, halo: 2, name: "eastward"),
      northward: try Field(on: grid, halo: 2, name: "northward"))
  }
}

struct ShallowWater {
  static let gravity = 9.81  // m/s²
  /// Water thinner than this is a film that does not flow, in metres.
  static let film = 1e-3
  /// The drag coefficient of the sea floor, without unit; 0.0025 is usual for coastal seas.
  static let floorDrag = 0.0025

  let mesh: Mesh
  /// Length of a step in seconds.
  let timeStep: Double

  // What crosses the faces along one row of cells; made once, because a step should not allocate.
  private var eastFaces, southFaces, northFaces: [Flux]

  init(mesh: Mesh, timeStep: Double, columnsOfBlock: Int) {
    (self.mesh, self.timeStep) = (mesh, timeStep)
    eastFaces = Array(repeating: Flux(), count: columnsOfBlock + 1)
    (southFaces, northFaces) = (eastFaces, eastFaces)
  }

  /// The longest step, in seconds, for which no cell can lose more water than it has, with a tenth to spare: water
  /// leaves through four faces, and each may take the half of it that lies on its side.
  static func safeTimeStep(waveSpeed: Double, width: Double, height: Double) -> Double {
    0.45 / (waveSpeed * (1 / width + 1 / height))
  }

  /// One Euler step from `sea` over a box of cells, mixed into `next`:
  /// next ← kept · next + (1 − kept) · (sea + timeStep · rate of change of sea).
  ///
  /// Heun's method is this with `kept` 0 into a second sea, then from there with ½ into the first.
  mutating func step(
    _ sea: borrowing Sea, over ground: borrowing Field<Double, 2>, keeping kept: Double, of next: inout Sea,
    box: Box<2>
  ) {
    step(sea, over: ground, keeping: kept, of: &next.depth, &next.eastward, &next.northward, box: box)
  }

  private mutating func step(
    _ sea: borrowing Sea, over ground: borrowing Field<Double, 2>, keeping kept: Double,
    of nextDepth: inout Field<Double, 2>, _ nextEastward: inout Field<Double, 2>,
    _ nextNorthward: inout Field<Double, 2>, box: Box<2>
  ) {
    let (b, h, u, v) = (ground.view, sea.depth.view, sea.eastward.view, sea.northward.view)
    var nextDepth = nextDepth.mutableView
    var nextEastward = nextEastward.mutableView
    var nextNorthward = nextNorthward.mutableView
    let columns = box[1], firstRow = ground.globalOrigin[0]
    let faces = columns.lowerBound - 1..<columns.upperBound

    Self.cross(b, h, normal: v, along: u, row: box[0].lowerBound - 1, columns, rowStep: 1, into: &southFaces)
    for row in box[0] {
      Self.cross(b, h, normal: u, along: v, row: row, faces, columnStep: 1, into: &eastFaces)
      Self.cross(b, h, normal: v, along: u, row: row, columns, rowStep: 1, into: &northFaces)

      // Seconds of this step, times metres of face, a square metre of cell.
      let scale = timeStep / mesh.area(row: firstRow + row)
      let acrossEast = scale * mesh.heightOfCells
      let acrossSouth = scale * mesh.widthOfFaces(southOfRow: firstRow + row)
      let acrossNorth = scale * mesh.widthOfFaces(southOfRow: firstRow + row + 1)

      let h = h.row(row, columns), u = u.row(row, columns), v = v.row(row, columns)
      var depth = nextDepth.row(row, columns)
      var eastward = nextEastward.row(row, columns)
      var northward = nextNorthward.row(row, columns)
      for x in 0..<columns.count {
        let (west, east, south, north) = (eastFaces[x], eastFaces[x + 1], southFaces[x], northFaces[x])
        let depthGain =
          acrossEast * (west.mass - east.mass) + (acrossSouth * south.mass - acrossNorth * north.mass)
        let eastwardGain =
          acrossEast * (west.pushAfter - east.pushBefore)
          + (acrossSouth * south.along - acrossNorth * north.along)
        let northwardGain =
          acrossEast * (west.along - east.along)
          + (acrossSouth * south.pushAfter - acrossNorth * north.pushBefore)

        let newDepth = kept * depth[x] + (1 - kept) * (h[x] + depthGain)
        let eastwardMomentum = kept * (depth[x] * eastward[x]) + (1 - kept) * (h[x] * u[x] + eastwardGain)
        let northwardMomentum = kept * (depth[x] * northward[x]) + (1 - kept) * (h[x] * v[x] + northwardGain)

        // Momentum over depth; below the thickness of a film it goes to nothing with the depth.
        let perDepth = 2 * newDepth / (newDepth * newDepth + max(newDepth * newDepth, Self.film * Self.film))
        let (newU, newV) = (eastwardMomentum * perDepth, northwardMomentum * perDepth)
        // The drag at the end of the step slows the flow and cannot turn it around, however thin the water.
        let speed = (newU * newU + newV * newV).squareRoot()
        let slowed = 1 / (1 + (1 - kept) * timeStep * Self.floorDrag * speed / max(newDepth, Self.film))
        depth[x] = newDepth
        eastward[x] = newU * slowed
        northward[x] = newV * slowed
      }
      swap(&southFaces, &northFaces)
    }
  }

  /// The fluxes through a row of faces.
  ///
  /// Each face lies between a cell in `columns` of `row` and the next one, a step to the north or to the east.
  /// `normal` is the velocity through the faces, `tangent` the one along them.
  @inline(__always)
  private static func cross(
    _ ground: FieldView<Double, 2>, _ depth: FieldView<Double, 2>, normal: FieldView<Double, 2>,
    along tangent: FieldView<Double, 2>, row: Int, _ columns: Range<Int>, rowStep: Int = 0,
    columnStep: Int = 0, into faces: inout [Flux]
  ) {
    // The cells behind, before, after and ahead of the faces: four rows, or one row four times with a shift.
    let c0 = columns.shifted(by: -columnStep), c1 = columns
    let c2 = columns.shifted(by: columnStep), c3 = columns.shifted(by: 2 * columnStep)
    let (r0, r1, r2, r3) = (row - rowStep, row, row + rowStep, row + 2 * rowStep)
    let b0 = ground.row(r0, c0), b1 = ground.row(r1, c1), b2 = ground.row(r2, c2), b3 = ground.row(r3, c3)
    let h0 = depth.row(r0, c0), h1 = depth.row(r1, c1), h2 = depth.row(r2, c2), h3 = depth.row(r3, c3)
    let u0 = normal.row(r0, c0), u1 = normal.row(r1, c1), u2 = normal.row(r2, c2), u3 = normal.row(r3, c3)
    let v0 = tangent.row(r0, c0), v1 = tangent.row(r1, c1), v2 = tangent.row(r2, c2), v3 = tangent.row(r3, c3)
    for x in 0..<columns.count {
      faces[x] = Flux(
        Cell(ground: b0[x], depth: h0[x], normal: u0[x], along: v0[x]),
        Cell(ground: b1[x], depth: h1[x], normal: u1[x], along: v1[x]),
        Cell(ground: b2[x], depth: h2[x], normal: u2[x], along: v2[x]),
        Cell(ground: b3[x], depth: h3[x], normal: u3[x], along: v3[x]))
    }
  }
}

/// The values of one cell: the level of the water's surface, its depth, its velocity through a face and along it.
private struct Cell {
  var surface, depth, normal, along: Double

  @inline(__always)
  init(ground: Double, depth: Double, normal: Double, along: Double) {
    (surface, self.depth, self.normal, self.along) = (ground + depth, depth, normal, along)
  }
}

/// What crosses one face, a metre of its length and a second, towards the cell after it.
private struct Flux {
  /// Water, in m³.
  var mass = 0.0
  /// Momentum through the face, with the pressure on the slope of the cell before and of the one after it.
  var pushBefore = 0.0, pushAfter = 0.0
  /// Momentum along the face, carried by the water.
  var along = 0.0

  init() {}

  /// The flux between `left` and `right`; `behind` and `ahead` are the next cells in line.
  @inline(__always)
  init(_ behind: Cell, _ left: Cell, _ right: Cell, _ ahead: Cell) {
    // Nothing crosses between dry cells, nor where the sea is still level: what follows would find that, more slowly.
    if left.depth == 0 && right.depth == 0 { return }
    if left.surface == right.surface && left.normal == 0 && right.normal == 0
      && behind.surface == left.surface && ahead.surface == right.surface
      && behind.normal == 0 && ahead.normal == 0
    {
      return
    }

    // Half a cell's rise on either side, limited, so that the values at the face make no new extremes.
    let surfaceRise = halfRise(behind.surface, left.surface, right.surface)
    let surfaceFall = halfRise(left.surface, right.surface, ahead.surface)
    let leftSurface = left.surface + surfaceRise, rightSurface = right.surface - surfaceFall
    let leftDepth = left.depth + halfRise(behind.depth, left.depth, right.depth)
    let rightDepth = right.depth - halfRise(left.depth, right.depth, ahead.depth)
    let u1 = left.normal + halfRise(behind.normal, left.normal, right.normal)
    let u2 = right.normal - halfRise(left.normal, right.normal, ahead.normal)
    let v1 = left.along + halfRise(behind.along, left.along, right.along)
    let v2 = right.along - halfRise(left.along, right.along, ahead.along)

    // Only water above the higher ground of the two sides meets at the face.
    let sill = max(leftSurface - leftDepth, rightSurface - rightDepth)
    let h1 = max(0, leftSurface - sill), h2 = max(0, rightSurface - sill)

    // Rusanov's flux: the mean of both sides, less the jump times the fastest wave.
    let fastest = max(abs(u1), abs(u2)) + (ShallowWater.gravity * max(h1, h2)).squareRoot()
    mass = 0.5 * (h1 * u1 + h2 * u2 - fastest * (h2 - h1))
    let carried = 0.5 * (h1 * u1 * u1 + h2 * u2 * u2 - fastest * (h2 * u2 - h1 * u1))
    along = mass * (mass > 0 ? v1 : v2)

    // The pressure ½ g h² of each cell on itself cancels between its faces. What is left vanishes to the last bit
    // where the surface is level, so a sea at rest stays at rest.
    let pressure = 0.25 * ShallowWater.gravity * (h1 + h2) * (h2 - h1)
    pushBefore = carried + pressure + ShallowWater.gravity * left.depth * surfaceRise
    pushAfter = carried - pressure - ShallowWater.gravity * right.depth * surfaceFall
  }
}

/// Half the rise across the middle one of three cells: towards the nearer of its neighbours' values, and none at a
/// peak or in a trough (the minmod limiter).
@inline(__always)
private func halfRise(_ before: Double, _ here: Double, _ after: Double) -> Double {
  let (up, on) = (here - before, after - here)
  let sign = 0.25 * Double(signOf: up, magnitudeOf: 1) + 0.25 * Double(signOf: on, magnitudeOf: 1)
  return sign * min(abs(up), abs(on))
}
