internal import CMPI
public import Strided

extension Datatype {
  /// The elements of an array of any layout, in its logical order, the last axis fastest.
  ///
  /// Axes become `MPI_Type_create_hvector`s, one inside the other. The address that is given to MPI with the
  /// datatype is the one that the layout's offset counts from.
  ///
  /// ```swift
  /// let face = Layout(contiguous: [64, 64, 64], itemSize: 8)[.all, .all, .last(3)]
  /// let type = try Datatype(face)
  /// ```
  ///
  /// - Throws: `MPIError` with class `MPI_ERR_COUNT`, if an extent or the item size is 2³¹ or more.
  public init(_ layout: Layout) throws(MPIError) {
    try self.init([layout])
  }

  /// The elements of several arrays, those of the first array first.
  ///
  /// All offsets count from one address: the one that is given to MPI with the datatype.
  ///
  /// - Throws: `MPIError` with class `MPI_ERR_COUNT`, if an extent or an item size is 2³¹ or more.
  public init(_ layouts: [Layout]) throws(MPIError) {
    let layouts = layouts.filter { !$0.isEmpty }
    for layout in layouts {
      guard layout.itemSize <= Int32.max, layout.shape.allSatisfy({ $0 <= Int32.max }) else {
        throw MPIError(
          reason: .refused, code: MPI_ERR_COUNT, message: "\(layout) cannot be described to MPI",
          function: "MPI_Type_create_hvector", rank: 0)
      }
    }
    guard !layouts.isEmpty else {
      try self.init(byteCount: 0)
      return
    }
    let bounds = layouts.map(\.byteBounds)
    let extent = (bounds.map(\.upperBound).max() ?? 0) - (bounds.map(\.lowerBound).min() ?? 0)
    try self.init("MPI_Type_create_struct", layouts, extent: extent) { type in
      for layout in layouts {
        var part = CMPI_DATATYPE_NULL()
        var code = Datatype.make(layout, &part)
        guard code == MPI_SUCCESS else { return code }
        code = Datatype.replace(&type) { first, whole in
          unsafe CMPI_Type_append(first, Int64(layout.offset), part, &whole)
        }
        _ = unsafe CMPI_Type_free(&part)
        guard code == MPI_SUCCESS else { return code }
      }
      return MPI_SUCCESS
    }
  }

  /// Makes the datatype of a layout, as if its offset were 0.
  private static func make(_ layout: Layout, _ type: inout CMPI_Datatype) -> Int32 {
    var code = unsafe CMPI_Type_contiguous(Int32(layout.itemSize), CMPI_BYTE(), &type)
    var length = layout.itemSize
    for axis in layout.shape.indices.reversed() where layout.shape[axis] > 1 && code == MPI_SUCCESS {
      let (count, stride) = (Int32(layout.shape[axis]), layout.strides[axis])
      let continues = stride == length
      code = replace(&type) { inner, outer in
        continues
          ? unsafe CMPI_Type_contiguous(count, inner, &outer)
          : unsafe CMPI_Type_hvector(count, Int64(stride), inner, &outer)
      }
      length = continues ? length * layout.shape[axis] : 0
    }
    if code != MPI_SUCCESS, CMPI_Type_is_null(type) == 0 { _ = unsafe CMPI_Type_free(&type) }
    return code
  }

  /// Makes a datatype of `type` and puts it in its place.
  private static func replace(
    _ type: inout CMPI_Datatype, _ make: (CMPI_Datatype, inout CMPI_Datatype) -> Int32
  ) -> Int32 {
    var whole = CMPI_DATATYPE_NULL()
    let code = make(type, &whole)
    guard code == MPI_SUCCESS else { return code }
    if CMPI_Type_is_null(type) == 0 { _ = unsafe CMPI_Type_free(&type) }
    type = whole
    return code
  }
}
