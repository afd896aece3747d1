public import Strided

extension Field {
  /// Lends the field's memory to a consumer of Python's buffer protocol: every point, halo included.
  ///
  /// ```swift
  /// try field.export(.records).fill(unsafePyBuffer: view)       // in a bf_getbuffer
  /// ```
  ///
  /// The memory lasts as long as the field or the export does. As in Python's protocol nothing locks it: while an exchange
  /// is in flight the consumer must not write it, nor read its halo.
  ///
  /// - Parameters:
  ///   - flags: What the consumer asks for.
  ///   - format: What a point is, for structs of your own; `nil` for numbers.
  /// - Throws: `BufferError` that says why it cannot be given so.
  /// - Complexity: O(1).
  public borrowing func export(
    _ flags: BufferFlags = .fullReadOnly, format: String? = nil
  ) throws(BufferError) -> BufferExport {
    let layout = storage.descriptor.layout(of: (0..<Rank).map { allocated[$0] })
    let structure = try BufferStructure(layout, Element.dtype, format: format).satisfying(flags)
    let storage = storage
    return unsafe BufferExport(unsafeStart: storage.origin + layout.offset, structure) {
      withExtendedLifetime(storage) {}
    }
  }
}
