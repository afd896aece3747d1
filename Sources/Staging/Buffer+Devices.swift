public import Memory
public import Strided

extension Buffer {
  /// Copies an array of a device into the buffer, or into a part of it, whatever the array's strides.
  ///
  /// The copy comes after what the array's queue was given before. A buffer of pinned memory or of the device is
  /// filled without waiting: ``finalizeMemoryTransfer()`` waits, and so does whatever looks at the bytes.
  ///
  /// - Parameters:
  ///   - source: The array; its shape is that of the part.
  ///   - slices: The part of the buffer, all of it by default. Traps if a slice lies outside the buffer.
  /// - Throws: ``StagingError``: another shape or dtype, before anything is copied; no memory to stage in; what failed
  ///   on the device.
  /// - Complexity: a launch and a copy; allocates on the device only what the cache does not have yet.
  public mutating func assign<Element: ArrayElement, each Selection: AxisSelection>(
    from source: DeviceArray<Element>, slice slices: repeat each Selection
  ) throws(StagingError) {
    var part = Part(of: layout)
    for slice in repeat each slices { part.narrow(slice.axisSlice) }
    try check(source, against: part.layout)
    if isOnDevice {
      try source.elements.copy(to: deviceElements(source.queue, part.layout), dtype, cache)
    } else {
      try source.elements.copy(to: hostElements(part.layout), dtype, cache)
    }
  }

  /// Copies the buffer, or a part of it, into an array of a device, whatever the array's strides.
  ///
  /// The array's queue does what it is given afterwards with the new elements. From a buffer of pinned memory or of
  /// the device nothing is waited for; the buffer may be given back at once.
  ///
  /// - Parameters:
  ///   - destination: The array; its shape is that of the part.
  ///   - slices: The part of the buffer, all of it by default. Traps if a slice lies outside the buffer.
  /// - Throws: ``StagingError``: another shape or dtype, before anything is copied; no memory to stage in; what failed
  ///   on the device.
  /// - Complexity: a launch and a copy; allocates on the device only what the cache does not have yet.
  public borrowing func assign<Element: ArrayElement, each Selection: AxisSelection>(
    to destination: DeviceArray<Element>, slice slices: repeat each Selection
  ) throws(StagingError) {
    var part = Part(of: layout)
    for slice in repeat each slices { part.narrow(slice.axisSlice) }
    try check(destination, against: part.layout)
    if isOnDevice {
      try deviceElements(destination.queue, part.layout).copy(to: destination.elements, dtype, cache)
    } else {
      try destination.elements.copy(from: hostElements(part.layout), dtype, cache)
    }
  }

  private func check<Element>(_ array: DeviceArray<Element>, against part: Layout) throws(StagingError) {
    guard Element.dtype == dtype else { throw .dtype(expected: dtype, found: Element.dtype) }
    guard array.shape == part.shape else { throw .shape(expected: part.shape, found: array.shape) }
  }
}
