public import Strided

/// A block of bytes in any memory space: what Zarr calls a `Buffer`.
///
/// ```swift
/// let chunk = try FlatBuffer(bytes: [1, 2, 3, 4])
/// let onDevice = try chunk.moved(to: .device(gpu))        // copied, since the space differs
/// let tail = onDevice[2..<4]                              // the same memory
/// try tail.bytes()                                        // [3, 4]
/// ```
///
/// | Zarr | here |
/// |---|---|
/// | `create_zero_length` | ``zeroLength`` |
/// | `from_bytes`, `to_bytes` | ``init(bytes:allocator:)``, ``bytes()`` |
/// | `from_array_like` | ``init(borrowing:)``, ``init(adopting:)`` |
/// | `from_buffer` | ``moved(to:)``: copies only if the memory space differs |
/// | `as_array_like` | ``array(of:shape:order:)``: never copies |
/// | `as_numpy_array` | ``onHost()``: copies only if it must |
/// | `buffer[2:4]`, `buffer[2:4] = other` | the subscript, ``replace(_:with:)``; in bytes |
/// | `+`, `combine` | ``joined(with:)`` |
/// | `==` | ``hasSameBytes(as:)`` |
/// | `as_numpy_array_wrapper` | ``mapOnHost(_:)`` |
///
/// It may be copied, and all copies and slices share the memory, as in Python: who writes sees to it that nobody reads
/// meanwhile.
public struct FlatBuffer: Sendable {
  let block: MemoryBlock
  let range: Range<Int>

  init(_ block: MemoryBlock, _ range: Range<Int>) {
    self.block = block
    self.range = range
  }

  /// Allocates bytes, all 0.
  ///
  /// - Throws: `ArrayBufferError.allocation`: no such memory.
  public init(byteCount: Int, allocator: Allocator = .host) throws(ArrayBufferError) {
    self.init(try MemoryBlock(byteCount: byteCount, allocator: allocator), 0..<byteCount)
  }

  /// Allocates a copy of bytes.
  ///
  /// - Throws: `ArrayBufferError`: no such memory, or it cannot be copied there.
  /// - Complexity: O(bytes).
  public init(bytes: [UInt8], allocator: Allocator = .host) throws(ArrayBufferError) {
    try self.init(byteCount: bytes.count, allocator: allocator)
    try write(bytes)
  }

  /// Bytes that someone lends, without copying them; they stay lent as long as a buffer of them is left.
  ///
  /// - Parameter export: Elements of any type that follow each other in C order.
  /// - Throws: `ArrayBufferError.buffer` if they do not; the export is ended then.
  public init(borrowing export: consuming BufferExport) throws(ArrayBufferError) {
    guard export.structure.isContiguous(in: .c) else { throw .buffer(.notContiguous(.c)) }
    let byteCount = export.structure.len
    self.init(MemoryBlock(borrowing: export), 0..<byteCount)
  }

  /// Bytes of a device that the program allocated itself, without copying them.
  public init(adopting memory: DeviceMemory) {
    self.init(MemoryBlock(adopting: memory), 0..<memory.byteCount)
  }

  /// No bytes.
  public static let zeroLength = FlatBuffer(noBytes, 0..<0)

  /// How many bytes there are.
  public var byteCount: Int { range.count }

  /// Whether there are none.
  public var isEmpty: Bool { range.isEmpty }

  /// Where the bytes lie.
  public var space: MemorySpace { block.space }

  /// Where the memory is from.
  public var allocator: Allocator { block.allocator }

  /// The bytes of a range, counted from the first; the same memory.
  ///
  /// Traps unless the range lies within.
  public subscript(bytes: Range<Int>) -> FlatBuffer {
    guard bytes.lowerBound >= 0, bytes.upperBound <= byteCount else {
      fatalError("FlatBuffer: bytes \(bytes) of \(byteCount)")
    }
    return FlatBuffer(block, (range.lowerBound + bytes.lowerBound)..<(range.lowerBound + bytes.upperBound))
  }

  /// The bytes as elements of a type, contiguous, without copying them.
  ///
  /// - Throws: `ArrayBufferError.length` if the shape has another number of bytes.
  public func array(
    of dtype: DType, shape: PerAxis, order: Layout.Order = .c
  ) throws(ArrayBufferError) -> ArrayBuffer {
    let needed = Layout.byteCount(contiguous: shape, itemSize: dtype.size)
    guard needed == byteCount else { throw .length(expected: needed ?? .max, found: byteCount) }
    let contiguous = Layout(contiguous: shape, itemSize: dtype.size, order: order)
    let layout = Layout(
      shape: shape, strides: contiguous.strides, itemSize: dtype.size, offset: range.lowerBound)
    return ArrayBuffer(block, layout, dtype)
  }
}

private let noBytes: MemoryBlock = {
  guard let block = try? MemoryBlock(byteCount: 0, allocator: .host) else {
    fatalError("FlatBuffer: no memory for no bytes")
  }
  return block
}()
