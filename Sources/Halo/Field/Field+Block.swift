public import Memory
public import Strided
public import Topology

extension Field {
  /// Allocates a field over one of a rank's blocks, on no grid: for links of a list.
  ///
  /// ```swift
  /// // The second of this rank's blocks, of 8 × 6 cells with 40 levels.
  /// let wind = try Field<Double, 3>(
  ///   cells: [8, 6], block: 1, axes: [.grid(0), .grid(1), .extra(40)], halo: 1, repeating: 0)
  /// ```
  ///
  /// - Parameters:
  ///   - cells: Cells of the block along each axis of the links' boxes.
  ///   - block: Which of the rank's blocks it is, as its links say.
  ///   - axes: What each of the field's axes is; `nil` for the block's axes in order.
  ///   - halo: Halo widths: one for all axes of the block, or one an axis of the field.
  ///   - value: What every cell holds at first, halo included.
  ///   - order: Which axis is contiguous in memory: the last (`.c`) or the first (`.fortran`).
  ///   - rowPadding: Cells that lie unused behind each row of that axis.
  ///   - name: How errors call the field; ranks and blocks that share a plan give the same.
  ///   - allocator: Where its memory comes from; for a plan between ranks, ``Allocator/shared(onNodeOf:)`` saves copies.
  /// - Throws: `HaloError` if an extent is below 1, axes or widths do not fit, or memory is short.
  /// - Complexity: O(cells).
  public init(
    cells: [Int], block: Int = 0, axes: [FieldAxis]? = nil, halo: HaloWidths, repeating value: Element,
    order: Layout.Order = .c, rowPadding: Int = 0, name: String? = nil, allocator: Allocator = .hugePages
  ) throws(HaloError) {
    let place = try GridBlock(block, cells: cells)
    let descriptor = try Self.descriptor(
      axes: axes, over: place, halo: halo, order: order, rowPadding: rowPadding, in: allocator.space,
      name: name)
    try self.init(descriptor, over: place, repeating: value, name: name, allocator: allocator)
  }
}
