/// A buffer that cannot be had as it was asked for, or that is not one.
public enum BufferError: Error, Hashable, Sendable {
  /// Memory was asked for that may be written, and this may not.
  case notWritable
  /// The elements do not follow each other in the order that was asked for.
  case notContiguous(BufferOrder)
  /// Elements lie behind pointers, and no suboffsets were asked for.
  case needsSuboffsets
  /// Bytes alone were asked for, which are the items of no format.
  case formatWithoutShape
  /// A part of a buffer is not what it must be.
  case invalid(part: String, expected: String, found: String)
  /// Elements lie outside of the memory that holds them; in bytes from its start.
  case outsideMemory(elements: Range<Int>, memory: Range<Int>)
  /// The format cannot be read.
  case format(BufferFormatError)
  /// The elements are not of the type that was asked for.
  case elementType(expected: String, found: String)
  /// The bytes of the elements are in another order than this machine's: they can be copied, not read in place.
  case byteOrder(format: String)
  /// Contiguous memory has another number of bytes than the elements.
  case length(expected: Int, found: Int)
  /// Two buffers have different shapes.
  case shape(expected: [Int], found: [Int])
  /// An index, or a bound of a slice, is outside of its axis, or there is no such axis.
  case index(axis: Int, extent: Int?, found: String)
  /// The axis cannot be left out, because elements lie behind two pointers of which one depends on it.
  case twoPointers(axis: Int)
  /// Elements share one place along an axis, since its stride is 0.
  case sharedElements(axis: Int)
  /// More axes than a view of this library has.
  case tooManyAxes(found: Int, limit: Int)
  /// The memory is in use through exports, so that it cannot be moved or freed.
  case exported(count: Int, action: String)
}

extension BufferError: CustomStringConvertible {
  /// One line: what was expected, what was found, and what to do.
  public var description: String {
    switch self {
    case .notWritable: "buffer: asked for writing, and its memory is read-only: copy it, or ask for reading"
    case .notContiguous(let order):
      "buffer: asked for elements in \(order), and its are not: copy it, or ask for strides"
    case .needsSuboffsets: "buffer: its elements lie behind pointers: ask for it with 'indirect', or copy it"
    case .formatWithoutShape: "buffer: asked for a format without a shape: ask for 'nd' too, or for no format"
    case .invalid(let part, let expected, let found): "buffer, \(part): expected \(expected), found \(found)"
    case .outsideMemory(let elements, let memory):
      "buffer: elements at bytes \(elements) of a memory with bytes \(memory): check offset, shape and strides"
    case .format(let error): error.description
    case .elementType(let expected, let found): "buffer: expected elements of \(expected), found \(found)"
    case .byteOrder(let format):
      "buffer: elements of format \"\(format)\" are in another byte order than this machine's: copy them"
    case .length(let expected, let found): "buffer: expected memory of \(expected) bytes, found \(found)"
    case .shape(let expected, let found):
      "buffer: expected shape \(expected), found \(found): shapes must be equal, nothing is broadcast"
    case .index(let axis, let extent?, let found):
      "buffer: axis \(axis) has extent \(extent), asked for \(found)"
    case .index(let axis, nil, let found): "buffer: there is no axis \(axis), asked for \(found)"
    case .twoPointers(let axis):
      "buffer: axis \(axis) cannot be left out, its elements lie behind two pointers: slice it to one index"
    case .sharedElements(let axis): "buffer: elements along axis \(axis) share one place (stride 0): copy it"
    case .tooManyAxes(let found, let limit): "buffer: \(found) axes, and a view has at most \(limit): copy it"
    case .exported(let count, let action):
      "buffer: cannot \(action) memory that is exported \(count) times: end the exports first"
    }
  }
}
