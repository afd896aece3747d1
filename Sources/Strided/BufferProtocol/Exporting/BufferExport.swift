/// Memory that is lent through the buffer protocol, until this ends.
///
/// It holds the exporter, and the memory in place. There is no way to end it twice, or to use a view of it later:
///
/// ```swift
/// let export = try array.export([.strides, .format, .writable])
/// try export.view.store(1.5, at: [3, 4])
/// ```
@safe public struct BufferExport: ~Copyable, Sendable {
  /// The address of the element at index 0, 0, …; with suboffsets, of the pointer that leads to it.
  @unsafe public nonisolated(unsafe) let buf: UnsafeMutableRawPointer

  /// Everything but the address.
  public let structure: BufferStructure

  private let release: @Sendable () -> Void

  /// Memory that someone lends, and how to tell that it is no longer used.
  ///
  /// - Parameters:
  ///   - buf: The address of the element at index 0, 0, …; the memory must hold what the structure says until `release` is
  ///     called.
  ///   - structure: What is there.
  ///   - release: Called once, when the export ends, on the thread where it does.
  @unsafe public init(
    unsafeStart buf: UnsafeMutableRawPointer, _ structure: BufferStructure,
    release: @escaping @Sendable () -> Void
  ) {
    unsafe self.buf = buf
    self.structure = structure
    self.release = release
  }

  /// The memory.
  public var view: BufferView {
    @_lifetime(borrow self) get {
      unsafe _overrideLifetime(BufferView(unsafeStart: buf, structure), borrowing: self)
    }
  }

  deinit { release() }
}
