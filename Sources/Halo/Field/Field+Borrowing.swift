import Memory
public import Strided
public import Topology

extension Field {
  /// Makes a field of memory that someone else owns, such as a NumPy array with its halo: nothing is copied, and an
  /// exchange fills the halo in place.
  ///
  /// ```swift
  /// let export = try array.export(.records)                     // of shape [owned + 2, owned + 2]
  /// var height = try Field<Double, 2>(borrowing: export, on: grid, halo: 1)
  /// try halo.exchange(&height)
  /// ```
  ///
  /// The field keeps the export, and so the memory in place, until it ends, and with it every exchange that uses it; there
  /// is no way to end the export earlier. Whoever owns the memory can read and write it all the same: as in Python's
  /// protocol nothing locks it, so that he keeps from it while the field is used.
  ///
  /// - Parameters:
  ///   - export: Writable memory with the points of the field and its halo, in any order of axes and with gaps, as long as
  ///     the points of the first or of the last axis follow each other.
  ///   - grid: The grid.
  ///   - axes: What each of the field's axes is; `nil` for the grid's axes in order.
  ///   - halo: Halo widths: one for all axes of the grid, or one an axis of the field.
  ///   - name: How errors call the field; ranks that share a plan give the same.
  /// - Throws: `HaloError` if the memory is not that of such a field, or the axes or the halo do not fit the grid; the
  ///   export is ended then.
  /// - Complexity: O(1): no point is touched.
  public init(
    borrowing export: consuming BufferExport, on grid: CartesianGrid, axes: [FieldAxis]? = nil,
    halo: HaloWidths, name: String? = nil
  ) throws(HaloError) {
    let descriptor = try Self.descriptor(
      over: grid.block, of: grid, axes: axes, halo: halo, order: .c, rowPadding: 0, in: .host, name: name
    ) { halo throws(TopologyError) in try grid.topology.check(halo: halo) }
    try self.init(borrowing: export, as: descriptor, over: grid.block, name: name)
  }

  /// Makes a field of memory that someone else owns over one of a rank's blocks, on no grid: for links of a list.
  ///
  /// As ``init(borrowing:on:axes:halo:name:)``.
  ///
  /// - Parameters:
  ///   - export: Writable memory with the points of the field and its halo.
  ///   - cells: Cells of the block along each axis of the links' boxes.
  ///   - block: Which of the rank's blocks it is, as its links say.
  ///   - axes: What each of the field's axes is; `nil` for the block's axes in order.
  ///   - halo: Halo widths: one for all axes of the block, or one an axis of the field.
  ///   - name: How errors call the field; ranks and blocks that share a plan give the same.
  /// - Throws: `HaloError` if the memory is not that of such a field, or cells, axes or widths do not fit; the export is
  ///   ended then.
  /// - Complexity: O(1): no point is touched.
  public init(
    borrowing export: consuming BufferExport, cells: [Int], block: Int = 0, axes: [FieldAxis]? = nil,
    halo: HaloWidths, name: String? = nil
  ) throws(HaloError) {
    let place = try GridBlock(block, cells: cells)
    let descriptor = try Self.descriptor(
      axes: axes, over: place, halo: halo, order: .c, rowPadding: 0, name: name)
    try self.init(borrowing: export, as: descriptor, over: place, name: name)
  }

  private init(
    borrowing export: consuming BufferExport, as contiguous: FieldDescriptor, over block: GridBlock,
    name: String?
  ) throws(HaloError) {
    let memory = BorrowedMemory(export)
    let descriptor = try memory.descriptor(of: contiguous, as: Element.self, name)
    let origin = unsafe memory.start.assumingMemoryBound(to: Element.self) + descriptor.originOffset
    let allocation = try HaloError.rethrow { () throws(AllocationError) in
      try Allocation(byteCount: memory.byteCount, alignment: 1, allocator: Allocator(memory))
    }
    unsafe self.init(descriptor, over: block, name: name, in: allocation, origin: origin)
  }
}
