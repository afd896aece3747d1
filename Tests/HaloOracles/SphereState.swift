public import Halo

/// Fields of one block of a cubed sphere, of many kinds, that are exchanged together.
public final class SphereState: HaloState {
  private typealias Quantity = SphereOracle.Quantity

  /// Scalars at the middles and at the corners of cells.
  private var middle: Field<Double, 2>
  private var corner: Field<Float, 3>
  /// Winds on an A, B, C and D grid.
  private var aX, aY: Field<Double, 3>
  private var bX, bY: Field<Int64, 2>
  private var cX, cY: Field<Float, 3>
  private var dX, dY: Field<Double, 4>

  private let grid: CubedSphereGrid
  private let block: Int

  private static let middle = Quantity(number: 0, axes: [.grid(0), .grid(1)])
  private static let corner = Quantity(
    number: 1, axes: [.grid(0, staggered: true), .grid(1, staggered: true), .extra(2)])
  private static let a = vector(2) { _ in [.extra(3), .grid(0), .grid(1)] }
  private static let b = vector(4) { _ in [.grid(0, staggered: true), .grid(1, staggered: true)] }
  private static let c = vector(6) { axis in
    [.grid(0, staggered: axis == 0), .extra(2), .grid(1, staggered: axis == 1)]
  }
  private static let d = vector(8) { axis in
    [.extra(2), .grid(0, staggered: axis == 1), .grid(1, staggered: axis == 0), .extra(3)]
  }

  /// The two components, `x` along axis 1 and `y` along axis 0.
  private static func vector(_ number: Int, axes: (Int) -> [FieldAxis]) -> (x: Quantity, y: Quantity) {
    (
      Quantity(number: number, partner: number + 1, kind: .x, axes: axes(1)),
      Quantity(number: number + 1, partner: number, kind: .y, axes: axes(0))
    )
  }

  /// Makes them all.
  ///
  /// - Parameters:
  ///   - allocator: Where their memory comes from; `nil` for what the ranks of a node share.
  public init(
    on grid: CubedSphereGrid, block: Int, halo: [HaloSides], allocator: Allocator? = nil
  ) throws {
    self.grid = grid
    self.block = block
    func field<Element: TestElement, let Rank: Int>(
      _ quantity: Quantity, order: Layout.Order = .c, rowPadding: Int = 0
    ) throws -> Field<Element, Rank> {
      // One of the extra axes has a halo of its own, which no exchange may touch.
      let widths = quantity.axes.map { axis in axis.gridAxis.map { halo[$0] } ?? (axis == .extra(3) ? 1 : 0) }
      return try Field(
        on: grid, block: block, axes: quantity.axes, halo: HaloWidths(widths), repeating: .poison,
        order: order, rowPadding: rowPadding, name: "quantity \(quantity.number)", allocator: allocator)
    }
    middle = try field(Self.middle, rowPadding: 3)
    corner = try field(Self.corner)
    aX = try field(Self.a.x)
    aY = try field(Self.a.y)
    bX = try field(Self.b.x, order: .fortran)
    bY = try field(Self.b.y)
    cX = try field(Self.c.x)
    cY = try field(Self.c.y, order: .fortran)
    dX = try field(Self.d.x)
    dY = try field(Self.d.y)
  }

  /// Lists all of them.
  public func fields(_ list: inout FieldList) {
    list.add(middle, corner)
    list.addVector(x: aX, y: aY)
    list.addVector(x: bX, y: bY)
    list.addVector(x: cX, y: cY)
    list.addVector(x: dX, y: dY)
  }

  /// Poisons them and gives owned points their values.
  public func prepare(_ oracle: SphereOracle) {
    oracle.prepare(&middle, Self.middle, on: grid, block: block)
    oracle.prepare(&corner, Self.corner, on: grid, block: block)
    oracle.prepare(&aX, Self.a.x, on: grid, block: block)
    oracle.prepare(&aY, Self.a.y, on: grid, block: block)
    oracle.prepare(&bX, Self.b.x, on: grid, block: block)
    oracle.prepare(&bY, Self.b.y, on: grid, block: block)
    oracle.prepare(&cX, Self.c.x, on: grid, block: block)
    oracle.prepare(&cY, Self.c.y, on: grid, block: block)
    oracle.prepare(&dX, Self.d.x, on: grid, block: block)
    oracle.prepare(&dY, Self.d.y, on: grid, block: block)
  }

  /// Copies every point of another state of the same blocks, wherever either lies.
  public func assign(from other: SphereState) throws {
    try middle.assign(from: other.middle)
    try corner.assign(from: other.corner)
    try aX.assign(from: other.aX)
    try aY.assign(from: other.aY)
    try bX.assign(from: other.bX)
    try bY.assign(from: other.bY)
    try cX.assign(from: other.cX)
    try cY.assign(from: other.cY)
    try dX.assign(from: other.dX)
    try dY.assign(from: other.dY)
  }

  /// The first point that does not hold what it must; compares every one.
  public func firstWrong(_ oracle: SphereOracle) -> String? {
    oracle.firstWrong(middle, Self.middle, on: grid, block: block)
      ?? oracle.firstWrong(corner, Self.corner, on: grid, block: block)
      ?? oracle.firstWrong(aX, Self.a.x, on: grid, block: block)
      ?? oracle.firstWrong(aY, Self.a.y, on: grid, block: block)
      ?? oracle.firstWrong(bX, Self.b.x, on: grid, block: block)
      ?? oracle.firstWrong(bY, Self.b.y, on: grid, block: block)
      ?? oracle.firstWrong(cX, Self.c.x, on: grid, block: block)
      ?? oracle.firstWrong(cY, Self.c.y, on: grid, block: block)
      ?? oracle.firstWrong(dX, Self.d.x, on: grid, block: block)
      ?? oracle.firstWrong(dY, Self.d.y, on: grid, block: block)
  }
}
