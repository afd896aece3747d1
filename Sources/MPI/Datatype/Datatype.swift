internal import CMPI
public import Strided

/// A description of where a message's elements lie in memory, known to MPI (`MPI_Type_commit`) and freed with
/// this value.
///
/// One that is made where MPI does not run is for local worlds alone.
///
/// ```swift
/// // The plane k = 0 of a [4, 5, 6] array of doubles.
/// let plane = try Datatype.subarray(of: [4, 5, 6], subshape: [4, 5, 1], start: [0, 0, 0], dtype: .float64)
/// ```
public struct Datatype: ~Copyable {
  private let type: CMPI_Datatype
  /// The same elements as this library describes them, for where MPI does not carry them.
  let layouts: [Layout]
  /// The bytes of its elements, without the gaps between them: the size of a message.
  public let byteCount: Int
  /// The bytes from the start of one such block of memory to the start of the next.
  public let extent: Int

  /// Commits and owns what `make` makes of the elements of `layouts`.
  init(
    _ function: StaticString, _ layouts: [Layout], extent: Int,
    _ make: (inout CMPI_Datatype) -> Int32
  ) throws(MPIError) {
    self.layouts = layouts
    guard MPI.isInitialized else {
      type = CMPI_DATATYPE_NULL()
      byteCount = layouts.reduce(0) { $0 + $1.byteCount }
      self.extent = extent
      return
    }
    var type = CMPI_DATATYPE_NULL()
    var bytes: Int64 = 0
    var lowerBound: Int64 = 0
    var length: Int64 = 0
    var code = make(&type)
    if code == MPI_SUCCESS { code = unsafe CMPI_Type_commit(&type) }
    if code == MPI_SUCCESS { code = unsafe CMPI_Type_byte_count(type, &bytes) }
    if code == MPI_SUCCESS { code = unsafe CMPI_Type_extent(type, &lowerBound, &length) }
    guard code == MPI_SUCCESS else { throw MPIError(code: code, function: function, rank: 0) }
    self.type = type
    byteCount = Int(bytes)
    self.extent = Int(length)
  }

  deinit {
    guard MPI.isInitialized, CMPI_Type_is_null(type) == 0 else { return }
    var handle = type
    _ = unsafe CMPI_Type_free(&handle)
  }

  /// MPI's handle; traps where it has none.
  var handle: CMPI_Datatype {
    if CMPI_Type_is_null(type) != 0 {
      MPI.requireRunning()
      fatalError("a datatype was made before MPI was initialised: make it inside the closure of MPI.run")
    }
    return type
  }

  /// `byteCount` bytes without gaps, of which there may be more than 2³¹: chunks of `chunk` bytes, then the
  /// remainder.
  package init(byteCount: Int, chunk: Int = 1 << 30) throws(MPIError) {
    let (chunks, remainder) = byteCount.quotientAndRemainder(dividingBy: chunk)
    guard byteCount >= 0, let chunks = Int32(exactly: chunks), let chunk = Int32(exactly: chunk) else {
      throw MPIError(
        reason: .refused, code: MPI_ERR_COUNT, message: "\(byteCount) bytes cannot be described to MPI",
        function: "MPI_Type_contiguous", rank: 0)
    }
    let layout = Layout(contiguous: [byteCount], itemSize: 1)
    try self.init("MPI_Type_create_struct", [layout], extent: byteCount) { type in
      var block = CMPI_DATATYPE_NULL()
      var blocks = CMPI_DATATYPE_NULL()
      var code = unsafe CMPI_Type_contiguous(chunk, CMPI_BYTE(), &block)
      guard code == MPI_SUCCESS else { return code }
      defer { _ = unsafe CMPI_Type_free(&block) }
      code = unsafe CMPI_Type_contiguous(chunks, block, &blocks)
      guard code == MPI_SUCCESS else { return code }
      defer { _ = unsafe CMPI_Type_free(&blocks) }
      return unsafe CMPI_Type_pair(
        blocks, Int64(chunks) * Int64(chunk), Int32(remainder), CMPI_BYTE(), &type)
    }
  }

  /// `count` elements one after the other.
  ///
  /// - Throws: `MPIError` with class `MPI_ERR_COUNT`, if `count` is negative.
  public static func contiguous(_ count: Int, of dtype: DType) throws(MPIError) -> Datatype {
    try Datatype(byteCount: count * dtype.size)
  }

  /// A box of a contiguous array.
  ///
  /// - Parameters:
  ///   - shape: The extents of the whole array, in elements.
  ///   - subshape: The extents of the box.
  ///   - start: The box's first element.
  ///   - dtype: The type of the elements.
  ///   - order: Whether the last axis varies fastest in memory (`.c`) or the first (`.fortran`).
  /// - Throws: `MPIError` with class `MPI_ERR_ARG`, if the box does not lie within the array.
  public static func subarray(
    of shape: PerAxis, subshape: PerAxis, start: PerAxis, dtype: DType, order: Layout.Order = .c
  ) throws(MPIError) -> Datatype {
    let fits =
      shape.count == subshape.count && shape.count == start.count
      && shape.indices.allSatisfy { axis in
        start[axis] >= 0 && subshape[axis] >= 0 && shape[axis] >= 0 && shape[axis] <= Int(Int32.max)
          && subshape[axis] <= shape[axis] - start[axis]
      }
    guard fits else {
      throw MPIError(
        reason: .refused, code: MPI_ERR_ARG,
        message: "a box of shape \(subshape) from \(start) does not lie within an array of shape \(shape)",
        function: "MPI_Type_create_subarray", rank: 0)
    }
    guard !shape.isEmpty else { return try contiguous(1, of: dtype) }
    guard !subshape.contains(0) else { return try contiguous(0, of: dtype) }
    let element = try contiguous(1, of: dtype)
    let whole = Layout(contiguous: shape, itemSize: dtype.size, order: order)
    let box = shape.indices.reduce(whole) { box, axis in
      box.slicing(axis: axis, range: start[axis]..<start[axis] + subshape[axis])
    }
    let sizes = shape.map { Int32($0) }
    let subsizes = subshape.map { Int32($0) }
    let starts = start.map { Int32($0) }
    return try Datatype("MPI_Type_create_subarray", [box], extent: whole.byteCount) { type in
      unsafe CMPI_Type_subarray(
        Int32(sizes.count), sizes, subsizes, starts, order == .fortran ? 1 : 0, element.handle, &type)
    }
  }
}
