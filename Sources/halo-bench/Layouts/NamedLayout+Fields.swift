import Halo

extension NamedLayout {
  /// Parts of a three-dimensional field, in C and in Fortran order.
  static let fields = parts(of: .c, "c") + parts(of: .fortran, "fortran")

  private static func parts(of order: Layout.Order, _ prefix: String) -> [NamedLayout] {
    let ending = order == .c ? "C order" : "Fortran order"
    let slabs = (0..<3).map { axis in
      NamedLayout("\(prefix)-slab-\(axis)", "slab of axis \(axis), \(ending)") {
        part(of: $0, order, along: [axis], within: [.all, .all, .all])
      }
    }
    let faces = (0..<3).map { axis in
      NamedLayout("\(prefix)-face-\(axis)", "face of axis \(axis), \(ending)") {
        part(of: $0, order, along: [axis], within: $0.ownedSlices)
      }
    }
    let edges = [[0, 1], [0, 2], [1, 2]].map { axes in
      NamedLayout(
        "\(prefix)-edge-\(axes[0])\(axes[1])", "edge between axes \(axes[0]) and \(axes[1]), \(ending)"
      ) {
        part(of: $0, order, along: axes, within: $0.ownedSlices)
      }
    }
    let corner = NamedLayout("\(prefix)-corner", "corner, \(ending)") {
      part(of: $0, order, along: [0, 1, 2], within: $0.ownedSlices)
    }
    return slabs + faces + edges + [corner, points(order)]
  }

  /// What is sent and received along some axes, and on the others what `slices` says.
  private static func part(
    of field: FieldShape, _ order: Layout.Order, along axes: [Int], within slices: [AxisSlice]
  ) -> CopyPattern {
    var (sent, received) = (slices, slices)
    for axis in axes {
      sent[axis] = field.sent(axis)
      received[axis] = field.received(axis)
    }
    let array = field.layout(order)
    return CopyPattern(of: array, packed: array.sliced(by: sent), unpacked: array.sliced(by: received))
  }

  /// One cell of each row (column) of the field: a face one cell thick across the fastest axis.
  private static func points(_ order: Layout.Order) -> NamedLayout {
    let isC = order == .c
    return NamedLayout(
      isC ? "c-row-points" : "fortran-column-points",
      isC ? "one cell a row, C order" : "one cell a column, Fortran order"
    ) { field in
      let array = field.layout(order)
      let axis = isC ? 2 : 0
      var (sent, received) = (field.ownedSlices, field.ownedSlices)
      sent[axis] = .range(field.halo..<field.halo + 1)
      received[axis] = .range(0..<1)
      return CopyPattern(of: array, packed: array.sliced(by: sent), unpacked: array.sliced(by: received))
    }
  }
}
