import Halo

/// Where an entry writes what it has to tell: text that ends in a zero.
@safe struct Answer {
  let start: UnsafeMutablePointer<CChar>
  let capacity: Int

  func write(_ text: String) {
    let bytes = text.utf8CString.prefix(capacity - 1)
    for (place, byte) in bytes.enumerated() { unsafe start[place] = byte }
    unsafe start[bytes.count] = 0
  }

  /// Runs an entry on a `Py_buffer`.
  func run(on buffer: UnsafeRawPointer, _ body: (inout BufferView) throws -> String) -> CInt {
    run {
      var view = try unsafe BufferView(unsafePyBuffer: buffer)
      return try body(&view)
    }
  }

  /// Runs an entry: 0, or 1 and what was wrong.
  func run(_ body: () throws -> String) -> CInt {
    do {
      write(try body())
      return 0
    } catch {
      write("\(error)")
      return 1
    }
  }
}

/// What Swift finds in a buffer, a line for each member.
@_cdecl("halo_describe")
public func describe(
  _ buffer: UnsafeRawPointer, _ answer: UnsafeMutablePointer<CChar>, _ capacity: Int
) -> CInt {
  unsafe Answer(start: answer, capacity: capacity).run(on: buffer) { view in
    func python(_ numbers: [Int]?) -> String {
      guard let numbers else { return "None" }
      return "(" + numbers.map { "\($0)," }.joined(separator: " ") + ")"
    }
    let orders = BufferOrder.allCases.map { view.isContiguous(in: $0) ? "\($0.rawValue)" : "" }.joined()
    return """
      \(view.len) \(view.itemsize) \(view.ndim) \(view.readonly ? "ro" : "rw") '\(orders)'
      \(view.format ?? "None")
      \(python(view.shape))
      \(python(view.strides))
      \(python(view.suboffsets))
      """
  }
}

/// What a format is: its size, how it is written, its type.
@_cdecl("halo_format")
public func format(
  _ text: UnsafePointer<CChar>, _ answer: UnsafeMutablePointer<CChar>, _ capacity: Int
) -> CInt {
  unsafe Answer(start: answer, capacity: capacity).run {
    let format = try BufferFormat(unsafe String(cString: text))
    return "\(format.size)\n\(format)\n\(format.dtype.map { "\($0)" } ?? "None")"
  }
}

/// `PyBuffer_ToContiguous`.
@_cdecl("halo_to_contiguous")
public func toContiguous(
  _ buffer: UnsafeRawPointer, _ order: CChar, _ memory: UnsafeMutableRawPointer, _ byteCount: Int,
  _ answer: UnsafeMutablePointer<CChar>, _ capacity: Int
) -> CInt {
  unsafe Answer(start: answer, capacity: capacity).run(on: buffer) { view in
    var span = unsafe MutableRawSpan(_unsafeStart: memory, byteCount: byteCount)
    try view.copy(toContiguous: &span, order: try orderOf(order))
    return ""
  }
}

/// `PyBuffer_FromContiguous`.
@_cdecl("halo_from_contiguous")
public func fromContiguous(
  _ buffer: UnsafeRawPointer, _ order: CChar, _ memory: UnsafeRawPointer, _ byteCount: Int,
  _ answer: UnsafeMutablePointer<CChar>, _ capacity: Int
) -> CInt {
  unsafe Answer(start: answer, capacity: capacity).run(on: buffer) { view in
    let span = unsafe RawSpan(_unsafeStart: memory, byteCount: byteCount)
    try view.copy(fromContiguous: span, order: try orderOf(order))
    return ""
  }
}

private func orderOf(_ character: CChar) throws -> BufferOrder {
  let character = Character(Unicode.Scalar(UInt8(bitPattern: character)))
  guard let order = BufferOrder(rawValue: character) else { throw UnknownWord(text: "order \(character)") }
  return order
}

/// The bytes of a slice; the slice as `0:5:2,3,:`.
@_cdecl("halo_slice")
public func slice(
  _ buffer: UnsafeRawPointer, _ slices: UnsafePointer<CChar>, _ memory: UnsafeMutableRawPointer,
  _ byteCount: UnsafeMutablePointer<Int>, _ answer: UnsafeMutablePointer<CChar>, _ capacity: Int
) -> CInt {
  unsafe Answer(start: answer, capacity: capacity).run(on: buffer) { view in
    let text = unsafe String(cString: slices)
    let part = try view.sliced(by: text.split(separator: ",").map(sliceOf))
    unsafe byteCount.pointee = part.len
    var span = unsafe MutableRawSpan(_unsafeStart: memory, byteCount: part.len)
    try part.copy(toContiguous: &span)
    return ""
  }
}

/// `lower:upper:step` with numbers for all three, or an index.
private func sliceOf(_ text: Substring) throws -> AxisSlice {
  let numbers = text.split(separator: ":").compactMap { Int($0) }
  switch numbers.count {
  case 1: return .index(numbers[0])
  case 3 where numbers[0] <= numbers[1]: return .range(numbers[0]..<numbers[1], by: numbers[2])
  default: throw UnknownWord(text: "slice \(text)")
  }
}

struct UnknownWord: Error, CustomStringConvertible {
  let text: String
  var description: String { "there is no \(text)" }
}
