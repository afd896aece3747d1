import Halo

/// A field in the process's memory, and one of the same shape on a device.
struct MirroredField<Element: TestElement, let Rank: Int>: ~Copyable {
  var here: Field<Element, Rank>
  var there: Field<Element, Rank>

  init(
    on grid: CartesianGrid, axes: [FieldAxis]? = nil, halo: HaloWidths, order: Layout.Order = .c,
    on device: Device
  ) throws {
    let here = try Field<Element, Rank>(on: grid, axes: axes, halo: halo, repeating: .poison, order: order)
    let there = try Field<Element, Rank>(
      on: grid, axes: axes, halo: halo, repeating: .poison, order: order, allocator: .device(device))
    self.here = here
    self.there = there
  }

  init(_ extents: InlineArray<Rank, Int>, halo: HaloWidths, on device: Device) throws {
    let here = try Field<Element, Rank>(extents, halo: halo, repeating: .poison)
    let there = try Field<Element, Rank>(
      extents, halo: halo, repeating: .poison, allocator: .device(device))
    self.here = here
    self.there = there
  }

  /// Copies every point to the device.
  mutating func send() throws { try there.assign(from: here) }

  /// Copies every point back from the device.
  mutating func fetch() throws { try here.assign(from: there) }
}
