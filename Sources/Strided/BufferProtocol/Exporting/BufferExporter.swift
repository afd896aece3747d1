/// What owns memory that others may use through the buffer protocol.
///
/// An exporter tells where its memory is and what is there; each ``export(_:)`` gives a consumer exactly what it asks for,
/// or says why it cannot. Exports are counted, and an exporter moves or frees memory only while there are none.
///
/// ```swift
/// final class Image: BufferExporter {
///   let exports = BufferExports()
///   var bufferStart: UnsafeMutableRawPointer { pixels }
///   var bufferStructure: BufferStructure { get throws(BufferError) { try BufferStructure(format: "BBBB", shape: [height, width]) } }
///   func crop(to height: Int) throws { try exports.whileNone("crop") { … } }
/// }
/// let export = try image.export(.fullReadOnly)
/// export.view[0..<8, .all]
/// ```
public protocol BufferExporter: AnyObject, Sendable {
  /// How often the memory is exported, and what keeps it in place meanwhile.
  var exports: BufferExports { get }

  /// The address of the element at index 0, 0, …; asked for while the memory cannot move.
  @unsafe var bufferStart: UnsafeMutableRawPointer { get }

  /// Everything but the address; asked for while the memory cannot move.
  var bufferStructure: BufferStructure { get throws(BufferError) }
}

extension BufferExporter {
  /// Lends the memory to a consumer that asks for it with these flags: `PyObject_GetBuffer`.
  ///
  /// - Throws: `BufferError` that says why it cannot be given so; it is not exported then.
  public func export(_ flags: BufferFlags = .fullReadOnly) throws(BufferError) -> BufferExport {
    let (start, structure) = unsafe try exports.begin { () throws(BufferError) in
      let given = try bufferStructure.satisfying(flags)
      return unsafe (bufferStart, given)
    }
    return unsafe BufferExport(unsafeStart: start, structure) { self.exports.end() }
  }
}
