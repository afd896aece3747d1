internal import CBufferProtocol

extension BufferExport {
  /// Takes over the `Py_buffer` that a consumer of Python's C API holds.
  ///
  /// - Parameters:
  ///   - buffer: The address of a `Py_buffer` that `PyObject_GetBuffer` has filled in.
  ///   - release: Called once, when the export ends, on the thread where it does; calls `PyBuffer_Release`, with Python's
  ///     global lock held. The `Py_buffer` itself must lie still until then.
  /// - Throws: `BufferError.invalid` if the members of the buffer do not fit each other; `release` is not called then.
  @unsafe public init(
    unsafePyBuffer buffer: UnsafeRawPointer, release: @escaping @Sendable () -> Void
  ) throws(BufferError) {
    let view = unsafe try BufferView(unsafePyBuffer: buffer)
    unsafe self.init(unsafeStart: view.buf, view.structure, release: release)
  }

  /// Fills in a `Py_buffer` for a consumer of Python's C API, which releases it by ``release(unsafePyBuffer:)``.
  ///
  /// All members but `obj` are written; `obj` is set to NULL, and the `bf_getbuffer` that calls this puts a new reference
  /// to its object there.
  ///
  /// - Parameter buffer: The address of a `Py_buffer`.
  @unsafe public consuming func fill(unsafePyBuffer buffer: UnsafeMutableRawPointer) {
    let python = unsafe buffer.assumingMemoryBound(to: halo_py_buffer.self)
    let (start, structure) = unsafe (buf, structure)
    let storage = PyBufferStorage(structure, self)
    unsafe python.initialize(
      to: halo_py_buffer(
        buf: start, obj: nil, len: structure.len, itemsize: structure.itemsize,
        readonly: structure.readonly ? 1 : 0, ndim: CInt(structure.ndim), format: storage.format,
        shape: storage.shape, strides: storage.strides, suboffsets: storage.suboffsets,
        internal: Unmanaged.passRetained(storage).toOpaque()))
  }

  /// Ends the export that a `Py_buffer` was filled in with: the `bf_releasebuffer` of Python's C API.
  ///
  /// - Parameter buffer: The address of the `Py_buffer`, filled in by ``fill(unsafePyBuffer:)``.
  @unsafe public static func release(unsafePyBuffer buffer: UnsafeMutableRawPointer) {
    let python = unsafe buffer.assumingMemoryBound(to: halo_py_buffer.self)
    guard let storage = unsafe python.pointee.internal else { return }
    unsafe python.pointee.internal = nil
    unsafe Unmanaged<PyBufferStorage>.fromOpaque(storage).release()
  }
}

/// What a `Py_buffer` points to: alive until it is released.
@safe private final class PyBufferStorage {
  let format: UnsafeMutablePointer<CChar>?
  let shape: UnsafeMutablePointer<Int>?
  let strides: UnsafeMutablePointer<Int>?
  let suboffsets: UnsafeMutablePointer<Int>?
  private let export: BufferExport

  init(_ structure: BufferStructure, _ export: consuming BufferExport) {
    unsafe format = PyBufferStorage.copy(structure.format.map { Array($0.utf8CString) })
    unsafe shape = PyBufferStorage.copy(structure.shape)
    unsafe strides = PyBufferStorage.copy(structure.strides)
    unsafe suboffsets = PyBufferStorage.copy(structure.suboffsets)
    self.export = export
  }

  private static func copy<Element>(_ elements: [Element]?) -> UnsafeMutablePointer<Element>? {
    guard let elements else { return nil }
    let memory = UnsafeMutableBufferPointer<Element>.allocate(capacity: max(elements.count, 1))
    _ = unsafe memory.initialize(from: elements)
    return memory.baseAddress
  }

  deinit {
    unsafe format?.deallocate()
    unsafe shape?.deallocate()
    unsafe strides?.deallocate()
    unsafe suboffsets?.deallocate()
  }
}
