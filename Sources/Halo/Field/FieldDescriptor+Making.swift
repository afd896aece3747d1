import Memory
import Strided
import Topology

extension FieldDescriptor {
  /// Lays out a field in memory.
  ///
  /// - Throws: `HaloError.invalidField` if the axes are not the grid's, a number is below what it must be, or the
  ///   bytes cannot be counted; `HaloError.topology` if halo widths do not fit the axes.
  init(
    dtype: DType, axes: [FieldAxis], over block: GridBlock, halo: HaloWidths, order: Layout.Order,
    rowPadding: Int, device: Device?, alignsRows: Bool, name: String?
  ) throws(HaloError) {
    try Self.check(axes, of: block.cells.count, name)
    guard rowPadding >= 0 else {
      throw .invalidField(
        InvalidField(name: name, "row padding", expected: "0 cells or more", found: "\(rowPadding)"))
    }
    let extra = axes.indices.filter { axes[$0].gridAxis == nil }
    let sides = try HaloError.rethrow { () throws(TopologyError) in
      try halo.resolved(axisCount: axes.count, excepting: extra)
    }
    let extents = axes.map { $0.points(over: block.extents) }
    let rowAxis = order == .c ? axes.count - 1 : 0
    let widths = zip(extents, sides).map { extent, side in
      extent.addingOrLargest(side.lower.addingOrLargest(side.upper))
    }
    var padded = PerAxis(widths)
    padded[rowAxis] = padded[rowAxis].addingOrLargest(rowPadding)
    if alignsRows { padded[rowAxis] = DeviceRows.count(padded[rowAxis], itemSize: dtype.size) }
    guard !padded.contains(.max), Layout.byteCount(contiguous: padded, itemSize: dtype.size) != nil else {
      throw .invalidField(
        InvalidField(
          name: name, "extents", expected: "bytes that an integer can count",
          found: "\(widths) points with the halo"
            + (rowPadding > 0 ? " and \(rowPadding) behind each row" : "")))
    }
    self.init(
      dtype: dtype, axes: axes, block: block.number, extents: PerAxis(extents),
      haloBelow: PerAxis(sides.map(\.lower)), haloAbove: PerAxis(sides.map(\.upper)),
      strides: Layout(contiguous: padded, itemSize: dtype.size, order: order).strides, rowAxis: rowAxis,
      device: device,
      frontPadding: alignsRows
        ? DeviceRows.frontPadding(halo: sides[rowAxis].lower, itemSize: dtype.size) : 0)
  }

  private static func check(_ axes: [FieldAxis], of gridAxisCount: Int, _ name: String?) throws(HaloError) {
    var known: Set<Int> = []
    for (axis, kind) in axes.enumerated() {
      let wrong: InvalidField? =
        switch kind {
        case .grid(let gridAxis, _) where !(0..<gridAxisCount).contains(gridAxis):
          InvalidField(
            name: name, "axis \(axis)",
            expected: gridAxisCount == 1 ? "grid axis 0" : "a grid axis from 0 to \(gridAxisCount - 1)",
            found: "\(gridAxis)")
        case .grid(let gridAxis, _) where !known.insert(gridAxis).inserted:
          InvalidField(
            name: name, "axes", expected: "each axis of the grid at most once",
            found: "grid axis \(gridAxis) twice")
        case .extra(let points) where points < 1:
          InvalidField(name: name, "axis \(axis)", expected: "1 extra point or more", found: "\(points)")
        default: nil
        }
      if let wrong { throw .invalidField(wrong) }
    }
  }
}

// MARK: - In memory

extension FieldDescriptor {
  /// Points of each axis, halo included.
  private var widths: [Int] { extents.indices.map { haloBelow[$0] + extents[$0] + haloAbove[$0] } }

  /// Elements of all rows, with what is behind each.
  var allocatedCount: Int {
    let slowest = rowAxis == 0 ? extents.count - 1 : 0
    return strides[slowest] / dtype.size * widths[slowest] + frontPadding
  }

  /// Elements from the first one in memory to the first owned one.
  var originOffset: Int {
    extents.indices.reduce(0) { $0 + haloBelow[$1] * strides[$1] } / dtype.size + frontPadding
  }
}
