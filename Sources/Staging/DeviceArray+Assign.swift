public import Memory
public import Strided

extension DeviceArray {
  /// Copies an array of the process's memory to the device, whatever the strides of either.
  ///
  /// What the queue is given afterwards meets the new elements. The source may be changed as soon as the call returns.
  ///
  /// - Parameters:
  ///   - source: An array of the same shape.
  ///   - cache: Where the buffers are from that strided elements are staged in.
  /// - Throws: ``StagingError``: another shape, before anything is copied; no memory to stage in; what failed on the
  ///   device.
  public func assign(
    from source: borrowing StridedView<Element>, cache: BufferCache = .shared
  ) throws(StagingError) {
    guard source.shape == shape else { throw .shape(expected: shape, found: source.shape) }
    let host = unsafe HostElements(
      base: UnsafeMutableRawPointer(mutating: source.base), layout: source.layout)
    try elements.copy(from: host, Element.dtype, cache)
  }

  /// Copies the elements to an array of the process's memory, whatever the strides of either; they are there when the
  /// call returns.
  ///
  /// - Parameters:
  ///   - destination: An array of the same shape.
  ///   - cache: Where the buffers are from that strided elements are staged in.
  /// - Throws: ``StagingError``: another shape, before anything is copied; no memory to stage in; what failed on the
  ///   device.
  public func assign(
    to destination: inout MutableStridedView<Element>, cache: BufferCache = .shared
  ) throws(StagingError) {
    guard destination.shape == shape else { throw .shape(expected: shape, found: destination.shape) }
    let host = unsafe HostElements(base: destination.base, layout: destination.layout)
    try elements.copy(to: host, Element.dtype, cache)
  }

  /// Copies the elements of another array, whatever the strides of either; returns at once where both are of one device.
  ///
  /// The copy is given to this array's queue, and begins when all that was begun before with either memory is done.
  ///
  /// - Parameters:
  ///   - source: An array of the same shape, that shares no element with this one.
  ///   - cache: Where the buffers are from that elements of two devices are staged in.
  /// - Throws: ``StagingError``: another shape, before anything is copied; no memory to stage in; what failed on a
  ///   device.
  public func assign(from source: DeviceArray, cache: BufferCache = .shared) throws(StagingError) {
    guard source.shape == shape else { throw .shape(expected: shape, found: source.shape) }
    try source.elements.copy(to: elements, Element.dtype, cache)
  }
}
