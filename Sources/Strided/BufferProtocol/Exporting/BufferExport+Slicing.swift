extension BufferExport {
  /// The part of the memory that a list of slices selects, first axis first, lent as long as the whole was.
  ///
  /// - Throws: As ``BufferView/sliced(by:)``; the export is ended then.
  public consuming func sliced(by slices: [AxisSlice]) throws(BufferError) -> BufferExport {
    let (start, structure) = unsafe try view.place(slicedBy: slices)
    let whole = SharedExport(self)
    return unsafe BufferExport(unsafeStart: start, structure) { withExtendedLifetime(whole) {} }
  }
}

/// An export that ends with the last that refers to it.
private final class SharedExport: Sendable {
  private let export: BufferExport

  init(_ export: consuming BufferExport) { self.export = export }
}

extension BufferView {
  fileprivate func place(
    slicedBy slices: [AxisSlice]
  ) throws(BufferError) -> (UnsafeMutableRawPointer, BufferStructure) {
    let part = try sliced(by: slices)
    return unsafe (part.buf, part.structure)
  }
}
