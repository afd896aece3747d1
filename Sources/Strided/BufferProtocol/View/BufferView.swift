/// An array that someone else made: an address, and what Python's buffer protocol tells of the memory there.
///
/// ```swift
/// let grid = try BufferView(bytes, format: ">d", shape: [64, 48])
/// grid.shape                                             // Optional([64, 48])
/// try grid[1..<5, .all(by: -1)].load(at: [0, 0], as: Double.self)
/// try grid.copy(into: &field)                            // of any strides; the bytes of each number are swapped
/// ```
///
/// The members have the names and the meaning of `Py_buffer`. Elements may lie anywhere: strides of either sign or 0, arrays
/// of pointers to rows (suboffsets), up to 64 axes, numbers of another byte order. Where they lie as a ``StridedView`` says
/// it, ``strided(as:)`` is one; everything that takes a view, staging and messages among it, then takes them in place.
///
/// A view owns nothing and cannot outlive what it was made from; the compiler sees to it. Like Python's `memoryview` it may
/// be copied, and all copies reach the same memory: who writes sees to it that nobody reads meanwhile.
@safe public struct BufferView: ~Escapable {
  /// The address of the element at index 0, 0, …; with suboffsets, of the pointer that leads to it.
  @unsafe public let buf: UnsafeMutableRawPointer

  /// Everything but the address.
  public let structure: BufferStructure

  /// Memory that a structure describes.
  ///
  /// The memory must hold what the structure says for as long as the view is used; only if it is not `readonly` may it be
  /// written.
  ///
  /// - Parameters:
  ///   - buf: The address of the element at index 0, 0, …; with suboffsets, of the pointer that leads to it.
  ///   - structure: What is there.
  @unsafe @_lifetime(borrow buf)
  public init(unsafeStart buf: UnsafeMutableRawPointer, _ structure: BufferStructure) {
    unsafe self.buf = buf
    self.structure = structure
  }
}

// MARK: - The members of a Py_buffer

extension BufferView {
  /// The bytes of all items together.
  public var len: Int { structure.len }

  /// Whether the memory may only be read.
  public var readonly: Bool { structure.readonly }

  /// What an item is, as a ``BufferFormat`` is written; `nil` if the request left it out.
  public var format: String? { structure.format }

  /// The number of axes; 0 for one item alone.
  public var ndim: Int { structure.ndim }

  /// Items along each axis; `nil` for bytes alone and one item alone.
  public var shape: [Int]? { structure.shape }

  /// Bytes from one item to the next along each axis; `nil` where they are those of C order.
  public var strides: [Int]? { structure.strides }

  /// Where an axis leads to pointers, the bytes behind what they point to; `nil` where none does.
  public var suboffsets: [Int]? { structure.suboffsets }

  /// The bytes of one item.
  public var itemsize: Int { structure.itemsize }
}
