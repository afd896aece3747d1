internal import CBufferProtocol

extension BufferView {
  /// Reads the `Py_buffer` that a consumer of Python's C API holds, in place.
  ///
  /// ```swift
  /// @_cdecl("total") public func total(_ buffer: UnsafeRawPointer) -> Double {     // const Py_buffer *
  ///   do { return try sum(BufferView(unsafePyBuffer: buffer)) } catch { … }
  /// }
  /// ```
  ///
  /// - Parameter buffer: The address of a `Py_buffer` that `PyObject_GetBuffer` has filled in and nobody has released; it is
  ///   not kept, but the memory that it tells of must last as long as the view.
  /// - Throws: `BufferError.invalid` if its members do not fit each other: the object that exported it is in error.
  @unsafe @_lifetime(borrow buffer)
  public init(unsafePyBuffer buffer: UnsafeRawPointer) throws(BufferError) {
    let python = unsafe buffer.assumingMemoryBound(to: halo_py_buffer.self)
    let structure = try unsafe BufferStructure(unsafePyBuffer: python)
    let view = unsafe BufferView(unsafeStart: python.pointee.buf ?? anyMutableAddress(), structure)
    self = unsafe _overrideLifetime(view, borrowing: buffer)
  }

  /// Elements in bytes that may only be read.
  ///
  /// - Parameters:
  ///   - bytes: The memory.
  ///   - offset: How many bytes are in front of the element at index 0, 0, ….
  ///   - format: What an element is.
  ///   - shape: Elements along each axis; `nil` for as many along one axis as there is room for.
  ///   - strides: Bytes from one element to the next along each axis; `nil` for contiguous ones in C order.
  /// - Throws: `BufferError` if the parts do not fit each other, or an element lies outside of the bytes.
  @_lifetime(copy bytes)
  public init(
    _ bytes: RawSpan, offset: Int = 0, format: String = "B", shape: [Int]? = nil, strides: [Int]? = nil
  ) throws(BufferError) {
    let structure = try BufferStructure(
      within: bytes.byteCount, offset, format, shape, strides, readonly: true)
    let start = unsafe bytes.withUnsafeBytes { $0.baseAddress } ?? anyAddress(alignment: 16)
    let view = unsafe BufferView(unsafeStart: UnsafeMutableRawPointer(mutating: start + offset), structure)
    self = unsafe _overrideLifetime(view, copying: bytes)
  }

  /// Elements in bytes that may be read and written.
  ///
  /// - Parameters:
  ///   - bytes: The memory.
  ///   - offset: How many bytes are in front of the element at index 0, 0, ….
  ///   - format: What an element is.
  ///   - shape: Elements along each axis; `nil` for as many along one axis as there is room for.
  ///   - strides: Bytes from one element to the next along each axis; `nil` for contiguous ones in C order.
  /// - Throws: `BufferError` if the parts do not fit each other, or an element lies outside of the bytes.
  @_lifetime(&bytes)
  public init(
    writing bytes: inout MutableRawSpan, offset: Int = 0, format: String = "B", shape: [Int]? = nil,
    strides: [Int]? = nil
  ) throws(BufferError) {
    let structure = try BufferStructure(
      within: bytes.byteCount, offset, format, shape, strides, readonly: false)
    let start = unsafe bytes.withUnsafeMutableBytes { $0.baseAddress } ?? anyMutableAddress()
    let view = unsafe BufferView(unsafeStart: start + offset, structure)
    self = unsafe _overrideLifetime(view, mutating: &bytes)
  }

  /// The elements of a strided array, for reading.
  ///
  /// - Throws: `BufferError.elementType` if there is no format for the elements, and none is given.
  @_lifetime(copy view)
  public init<Element>(_ view: StridedView<Element>, format: String? = nil) throws(BufferError) {
    let structure = try BufferStructure(view.layout, Element.dtype, format: format, readonly: true)
    let start = unsafe UnsafeMutableRawPointer(mutating: view.base + view.layout.offset)
    self = unsafe _overrideLifetime(BufferView(unsafeStart: start, structure), copying: view)
  }

  /// The elements of a strided array, for reading and writing.
  ///
  /// - Throws: `BufferError.elementType` if there is no format for the elements, and none is given.
  @_lifetime(&view)
  public init<Element>(
    writing view: inout MutableStridedView<Element>, format: String? = nil
  ) throws(BufferError) {
    let structure = try BufferStructure(view.layout, Element.dtype, format: format, readonly: false)
    let start = unsafe view.base + view.layout.offset
    self = unsafe _overrideLifetime(BufferView(unsafeStart: start, structure), mutating: &view)
  }
}

extension BufferStructure {
  /// Where the elements of a strided array lie, counted from its first.
  ///
  /// - Throws: `BufferError.elementType` if there is no format for the type, and none is given.
  public init(
    _ layout: Layout, _ dtype: DType, format: String? = nil, readonly: Bool = false
  ) throws(BufferError) {
    guard let format = format ?? BufferFormat(dtype)?.description else {
      throw .elementType(expected: "a type that formats know", found: "\(dtype): give the format")
    }
    try self.init(
      itemsize: layout.itemSize, format: format, shape: Array(layout.shape), strides: Array(layout.strides),
      readonly: readonly)
  }

  fileprivate init(
    within byteCount: Int, _ offset: Int, _ format: String, _ shape: [Int]?, _ strides: [Int]?,
    readonly: Bool
  ) throws(BufferError) {
    guard (0...byteCount).contains(offset) else {
      throw .outsideMemory(elements: offset..<offset, memory: 0..<byteCount)
    }
    let item = try BufferStructure(format: format, shape: [])
    let room = (byteCount - offset) / max(item.itemsize, 1)
    try self.init(
      itemsize: item.itemsize, format: format, shape: shape ?? [room], strides: strides, readonly: readonly)
    try check(withinBytes: byteCount, from: offset)
  }

  fileprivate init(unsafePyBuffer buffer: UnsafePointer<halo_py_buffer>) throws(BufferError) {
    let python = unsafe buffer.pointee
    let ndim = unsafe Int(python.ndim)
    guard (0...BufferStructure.maximumAxes).contains(ndim) else {
      throw .invalid(part: "axes", expected: "0 to \(BufferStructure.maximumAxes)", found: "\(ndim)")
    }
    try unsafe self.init(
      itemsize: python.itemsize, format: python.format.map { unsafe String(cString: $0) }, ndim: ndim,
      shape: numbers(python.shape, ndim), strides: numbers(python.strides, ndim),
      suboffsets: numbers(python.suboffsets, ndim), len: python.len, readonly: python.readonly != 0)
    guard unsafe python.buf != nil || len == 0 else {
      throw .invalid(part: "buf", expected: "an address for \(len) bytes", found: "NULL")
    }
  }
}

private func numbers(_ start: UnsafeMutablePointer<Int>?, _ count: Int) -> [Int]? {
  unsafe start.map { unsafe Array(UnsafeBufferPointer(start: $0, count: count)) }
}

/// An address to stand for that of a buffer without elements.
func anyMutableAddress() -> UnsafeMutableRawPointer {
  unsafe UnsafeMutableRawPointer(mutating: anyAddress(alignment: 16))
}
