/// Reads any bytes as the format of a buffer: they are refused, or written back to the same format.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let text = unsafe String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
  do throws(BufferFormatError) {
    let format = try BufferFormat(text)
    check(format, text)
    let again = try BufferFormat(format.description)
    guard again == format else { fatalError("\(text) is written \(format), which is another format") }
  } catch {
    guard (0...text.utf8.count).contains(error.position) else { fatalError("\(error)") }
    _ = error.description
  }
  return 0
}

/// Members follow each other, and end where the format does.
private func check(_ format: BufferFormat, _ text: String) {
  var end = 0
  for member in format.members {
    guard member.offset >= end, member.size >= 0 else { fatalError("\(text): members overlap") }
    end = member.offset + member.size
    if case .structure(let structure) = member.item { check(structure, text) }
  }
  guard end <= format.size else { fatalError("\(text): members reach over the end") }
}
