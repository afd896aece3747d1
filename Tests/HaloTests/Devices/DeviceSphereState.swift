import Halo

/// Those fields of a block of a cubed sphere on a device whose values a device can turn: no integers.
final class DeviceSphereState: HaloState {
  private var middle: Field<Double, 2>
  private var corner: Field<Float, 3>
  private var aX, aY: Field<Double, 3>
  private var cX, cY: Field<Float, 3>
  private var dX, dY: Field<Double, 4>

  init(like block: SphereState, on device: Device) throws {
    func field<Element: TestElement, let Rank: Int>(
      like field: borrowing Field<Element, Rank>, _ quantity: SphereOracle.Quantity
    ) throws -> Field<Element, Rank> {
      let widths = (0..<Rank).map { axis in
        HaloSides(
          lower: -field.allocated.lower[axis], upper: field.allocated.upper[axis] - field.extents[axis])
      }
      return try Field(
        on: block.grid, block: block.block, axes: quantity.axes, halo: HaloWidths(widths), repeating: .poison,
        name: "quantity \(quantity.number)", allocator: .device(device))
    }
    middle = try field(like: block.middle, SphereState.middle)
    corner = try field(like: block.corner, SphereState.corner)
    aX = try field(like: block.aX, SphereState.a.x)
    aY = try field(like: block.aY, SphereState.a.y)
    cX = try field(like: block.cX, SphereState.c.x)
    cY = try field(like: block.cY, SphereState.c.y)
    dX = try field(like: block.dX, SphereState.d.x)
    dY = try field(like: block.dY, SphereState.d.y)
  }

  func fields(_ list: inout FieldList) {
    list.add(middle, corner)
    list.addVector(x: aX, y: aY)
    list.addVector(x: cX, y: cY)
    list.addVector(x: dX, y: dY)
  }

  func assign(from block: SphereState) throws {
    try middle.assign(from: block.middle)
    try corner.assign(from: block.corner)
    try aX.assign(from: block.aX)
    try aY.assign(from: block.aY)
    try cX.assign(from: block.cX)
    try cY.assign(from: block.cY)
    try dX.assign(from: block.dX)
    try dY.assign(from: block.dY)
  }

  func copy(to block: SphereState) throws {
    try block.middle.assign(from: middle)
    try block.corner.assign(from: corner)
    try block.aX.assign(from: aX)
    try block.aY.assign(from: aY)
    try block.cX.assign(from: cX)
    try block.cY.assign(from: cY)
    try block.dX.assign(from: dX)
    try block.dY.assign(from: dY)
  }

  /// The first point that is wrong of the fields that were copied to a block.
  func firstWrong(in state: SphereState, _ oracle: SphereOracle) -> String? {
    let (grid, block) = (state.grid, state.block)
    return oracle.firstWrong(state.middle, SphereState.middle, on: grid, block: block)
      ?? oracle.firstWrong(state.corner, SphereState.corner, on: grid, block: block)
      ?? oracle.firstWrong(state.aX, SphereState.a.x, on: grid, block: block)
      ?? oracle.firstWrong(state.aY, SphereState.a.y, on: grid, block: block)
      ?? oracle.firstWrong(state.cX, SphereState.c.x, on: grid, block: block)
      ?? oracle.firstWrong(state.cY, SphereState.c.y, on: grid, block: block)
      ?? oracle.firstWrong(state.dX, SphereState.d.x, on: grid, block: block)
      ?? oracle.firstWrong(state.dY, SphereState.d.y, on: grid, block: block)
  }
}
