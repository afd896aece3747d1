public import Strided

extension ArrayBuffer {
  /// Lends the elements for reading, without copying them.
  ///
  /// - Throws: `ArrayBufferError.unreachable` if they are on a device; `.dtype` if they are of another type; what `body`
  ///   throws.
  public func withView<Element: ArrayElement, Result>(
    as type: Element.Type, _ body: (StridedView<Element>) throws -> Result
  ) throws -> Result {
    try check(Element.dtype)
    return try unsafe block.withReachable(0, writing: false) { start in
      let view = unsafe StridedView<Element>(unsafeStart: UnsafeRawPointer(start), layout: layout)
      return Swift.Result { try body(view) }
    }.get()
  }

  /// Lends the elements for reading and writing, without copying them.
  ///
  /// - Throws: As ``withView(as:_:)``, and `.buffer` if they are lent for reading only.
  public func withMutableView<Element: ArrayElement, Result>(
    as type: Element.Type, _ body: (inout MutableStridedView<Element>) throws -> Result
  ) throws -> Result {
    try check(Element.dtype)
    return try unsafe block.withReachable(0, writing: true) { start in
      var view = unsafe MutableStridedView<Element>(unsafeStart: start, layout: layout)
      return Swift.Result { try body(&view) }
    }.get()
  }

  /// The elements as an array of their device, without copying them.
  ///
  /// - Parameter queue: What is given the work; `nil` for the device's own.
  /// - Throws: `ArrayBufferError.unreachable` if they are not on a device; `.dtype` if they are of another type.
  public func deviceArray<Element: ArrayElement>(
    of type: Element.Type, queue: DeviceQueue? = nil
  ) throws(ArrayBufferError) -> DeviceArray<Element> {
    try check(Element.dtype)
    guard case .device = space, let memory = block.deviceMemory else { throw .unreachable(space) }
    do throws(DeviceError) {
      let own = try memory.device.queue
      return DeviceArray(memory, layout: layout, queue: queue ?? own)
    } catch {
      throw .device(error)
    }
  }

  /// Lends the elements to a consumer of Python's buffer protocol, without copying them.
  ///
  /// The memory lasts as long as a buffer or an export of it is left.
  ///
  /// - Throws: `ArrayBufferError.unreachable` if they are on a device; `.buffer` that says why they cannot be given so.
  public func export(
    _ flags: BufferFlags = .fullReadOnly, format: String? = nil
  ) throws(ArrayBufferError) -> BufferExport {
    try unsafe block.withReachable(0, writing: false) { start throws(ArrayBufferError) in
      let block = block
      do throws(BufferError) {
        let structure = try BufferStructure(layout, dtype, format: format, readonly: block.isReadOnly)
        return unsafe BufferExport(unsafeStart: start + layout.offset, try structure.satisfying(flags)) {
          withExtendedLifetime(block) {}
        }
      } catch {
        throw .buffer(error)
      }
    }
  }

  /// The one value of an array that has one.
  ///
  /// - Throws: `ArrayBufferError.notOneValue` if it has none or several; `.dtype` if it is of another type; or it cannot be
  ///   copied.
  public func value<Element: ArrayElement>(as type: Element.Type) throws(ArrayBufferError) -> Element {
    try check(Element.dtype)
    guard count == 1 else { throw .notOneValue(shape: shape) }
    return try unsafe onHostBytes(writing: false) { start in
      unsafe start.loadUnaligned(fromByteOffset: layout.offset, as: Element.self)
    }
  }

  /// Sets every element to one value.
  ///
  /// - Throws: `ArrayBufferError.dtype` if the elements are of another type; `.buffer` if they are lent for reading only;
  ///   or they cannot be copied.
  /// - Complexity: O(elements).
  public func fill<Element: ArrayElement>(_ value: Element) throws(ArrayBufferError) {
    try check(Element.dtype)
    try unsafe onHostBytes(writing: true) { start in
      var view = unsafe MutableStridedView<Element>(unsafeStart: start, layout: layout)
      view.fill(value)
    }
  }

  func check(_ expected: DType) throws(ArrayBufferError) {
    guard dtype == expected else { throw .dtype(expected: expected, found: dtype) }
  }

  /// Lends an address from which the layout counts, of the elements or of a copy on the host.
  func onHostBytes<Result>(
    writing: Bool, _ body: (UnsafeMutableRawPointer) throws(ArrayBufferError) -> Result
  ) throws(ArrayBufferError) -> Result {
    let bounds = layout.byteBounds
    return try unsafe block.withHostBytes(bounds, writing: writing) { start throws(ArrayBufferError) in
      try unsafe body(start - bounds.lowerBound)
    }
  }
}
