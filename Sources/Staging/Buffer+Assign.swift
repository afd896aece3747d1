internal import Memory
public import Strided

extension Buffer {
  /// Copies an array into the buffer, or into a part of it, whatever the array's strides.
  ///
  /// A part is selected as in NumPy, one slice per axis of the buffer; axes without a slice are taken whole. So
  /// several arrays can share a flat buffer:
  ///
  ///     try buffer.assign(from: u, slice: 0..<192)
  ///     try buffer.assign(from: v, slice: 192..<384)
  ///
  /// - Parameters:
  ///   - source: The array; its shape is that of the part.
  ///   - slices: The part of the buffer, all of it by default. Traps if a slice lies outside the buffer.
  /// - Throws: ``StagingError/shape(expected:found:)`` or ``StagingError/dtype(expected:found:)``, before anything
  ///   is copied.
  /// - Complexity: grows with the number of elements; allocates nothing.
  @inlinable
  public mutating func assign<Element: ArrayElement, each Selection: AxisSelection>(
    from source: borrowing StridedView<Element>, slice slices: repeat each Selection
  ) throws(StagingError) {
    var part = Part(of: layout)
    for slice in repeat each slices { part.narrow(slice.axisSlice) }
    try unsafe assign(from: source.base, source.layout, Element.dtype, to: part.layout)
  }

  /// Copies the buffer, or a part of it, into an array, whatever the array's strides.
  ///
  /// A part is selected as in NumPy, one slice per axis of the buffer; axes without a slice are taken whole. With
  /// `reshape`, the elements of the part, in C order, are read as an array of another shape first.
  ///
  ///     try buffer.assign(to: &halo, slice: 0..<192, reshape: [64, 3])
  ///
  /// - Parameters:
  ///   - destination: The array; its shape is `reshape`, or that of the part if there is none.
  ///   - slices: The part of the buffer, all of it by default. Traps if a slice lies outside the buffer.
  ///   - reshape: The shape to read the part as.
  /// - Throws: ``StagingError/shape(expected:found:)``, ``StagingError/dtype(expected:found:)`` or
  ///   ``StagingError/reshape(from:to:)``, before anything is copied. ``StagingError/allocation(_:)`` only where
  ///   neither the part nor the destination is contiguous and the part is reshaped: it is staged once more then.
  /// - Complexity: grows with the number of elements; allocates nothing, unless it is staged once more.
  @inlinable
  public borrowing func assign<Element: ArrayElement, each Selection: AxisSelection>(
    to destination: inout MutableStridedView<Element>, slice slices: repeat each Selection,
    reshape: PerAxis? = nil
  ) throws(StagingError) {
    var part = Part(of: layout)
    for slice in repeat each slices { part.narrow(slice.axisSlice) }
    try unsafe assign(part.layout, reshape, to: destination.base, destination.layout, Element.dtype)
  }

  @usableFromInline
  mutating func assign(
    from source: UnsafeRawPointer, _ sourceLayout: Layout, _ sourceType: DType, to part: Layout
  ) throws(StagingError) {
    guard sourceType == dtype else { throw .dtype(expected: dtype, found: sourceType) }
    guard sourceLayout.shape == part.shape else {
      throw .shape(expected: part.shape, found: sourceLayout.shape)
    }
    if isOnDevice {
      try unsafe toDevice(from: source, sourceLayout, part)
      return
    }
    try finalized()
    if part == layout {
      unsafe memory.pack(source, sourceLayout)
    } else {
      unsafe StridedCopy(from: sourceLayout, to: part).execute(from: source, to: base)
    }
  }

  @usableFromInline
  borrowing func assign(
    _ part: Layout, _ reshape: PerAxis?, to destination: UnsafeMutableRawPointer,
    _ destinationLayout: Layout, _ destinationType: DType
  ) throws(StagingError) {
    guard destinationType == dtype else { throw .dtype(expected: dtype, found: destinationType) }
    let shape = reshape ?? part.shape
    if let reshape {
      guard Layout.byteCount(contiguous: reshape, itemSize: part.itemSize) == part.byteCount else {
        throw .reshape(from: part.shape, to: reshape)
      }
    }
    guard destinationLayout.shape == shape else {
      throw .shape(expected: shape, found: destinationLayout.shape)
    }
    guard !isOnDevice else {
      let host = unsafe HostElements(base: destination, layout: destinationLayout)
      try fromDevice(part, as: shape, to: host)
      return
    }
    try finalized()
    if part == layout {
      // Contiguous, so that its elements in C order are those of any shape in C order.
      unsafe memory.unpack(to: destination, destinationLayout)
    } else if part.shape == shape {
      unsafe StridedCopy(from: part, to: destinationLayout).execute(from: base, to: destination)
    } else if part.isContiguous(in: .c) {
      let copy = StridedCopy.unpack(destinationLayout)
      unsafe copy.execute(from: base + part.offset, to: destination)
    } else if destinationLayout.isContiguous(in: .c) {
      let copy = StridedCopy.pack(part)
      unsafe copy.execute(from: base, to: destination + destinationLayout.offset)
    } else {
      let contiguous = try staged(part)
      let copy = StridedCopy.unpack(destinationLayout)
      unsafe copy.execute(from: contiguous.base, to: destination)
    }
  }

  /// Copies to a buffer of a device, by that device's own queue.
  private mutating func toDevice(
    from source: UnsafeRawPointer, _ sourceLayout: Layout, _ part: Layout
  ) throws(StagingError) {
    guard let device = memory.device?.device else { return }
    let queue = try StagingError.rethrow { () throws(DeviceError) in try device.queue }
    let host = unsafe HostElements(base: UnsafeMutableRawPointer(mutating: source), layout: sourceLayout)
    try deviceElements(queue, part).copy(from: host, dtype, cache)
  }

  /// Copies from a buffer of a device, by that device's own queue.
  private borrowing func fromDevice(
    _ part: Layout, as shape: PerAxis, to host: HostElements
  ) throws(StagingError) {
    guard let device = memory.device?.device else { return }
    let queue = try StagingError.rethrow { () throws(DeviceError) in try device.queue }
    var elements = try deviceElements(queue, part)
    if part.shape != shape {
      if !part.isContiguous(in: .c) {
        let contiguous = try elements.contiguous(dtype, cache)
        try contiguous.fromDevice(contiguous.layout, as: shape, to: host)
        return
      }
      let strides = Layout(contiguous: shape, itemSize: part.itemSize).strides
      let layout = Layout(shape: shape, strides: strides, itemSize: part.itemSize, offset: part.offset)
      elements = try deviceElements(queue, layout)
    }
    try elements.copy(to: host, dtype, cache)
  }

  /// A part of this buffer in a buffer of its own, where its elements are contiguous.
  private borrowing func staged(_ part: Layout) throws(StagingError) -> Buffer {
    do {
      let buffer = try Buffer.popFromCache(
        allocator: allocator, shape: part.shape, dtype: dtype, cache: cache)
      unsafe StridedCopy.pack(part).execute(from: base, to: buffer.base)
      return buffer
    } catch {
      throw .allocation(error)
    }
  }
}

/// A layout under its slices, one at a time: forwarding a pack of them to the layout's own subscript is more than the
/// compiler can lower.
@usableFromInline
struct Part {
  @usableFromInline var layout: Layout
  private var axis = 0

  @usableFromInline
  init(of layout: Layout) {
    self.layout = layout
  }

  @usableFromInline
  mutating func narrow(_ slice: AxisSlice) {
    let rank = layout.rank
    layout = layout.sliced(by: Slices(wholeAxes: axis, then: slice))
    // An index drops its axis; the next slice is then for the axis in its place.
    if layout.rank == rank { axis += 1 }
  }

  private struct Slices: Sequence, IteratorProtocol {
    var wholeAxes: Int
    var slice: AxisSlice?

    init(wholeAxes: Int, then slice: AxisSlice) {
      self.wholeAxes = wholeAxes
      self.slice = slice
    }

    mutating func next() -> AxisSlice? {
      if wholeAxes > 0 {
        wholeAxes -= 1
        return .all
      }
      defer { slice = nil }
      return slice
    }
  }
}
