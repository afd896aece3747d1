import Halo

/// Exports again what Python has exported.
@safe private final class Relay: BufferExporter, @unchecked Sendable {
  let exports = BufferExports()
  let bufferStart: UnsafeMutableRawPointer
  let bufferStructure: BufferStructure

  init(_ buffer: UnsafeRawPointer) throws(BufferError) {
    let view = try unsafe BufferView(unsafePyBuffer: buffer)
    unsafe bufferStart = view.buf
    bufferStructure = view.structure
  }
}

/// An exporter as Python's object holds it.
private final class Handle {
  let exporter: any BufferExporter
  init(_ exporter: any BufferExporter) { self.exporter = exporter }

  var retained: UnsafeMutableRawPointer { unsafe Unmanaged.passRetained(self).toOpaque() }

  static func of(_ handle: UnsafeMutableRawPointer) -> Handle {
    unsafe Unmanaged<Handle>.fromOpaque(handle).takeUnretainedValue()
  }
}

/// An exporter of what Python has exported.
@_cdecl("halo_relay_make")
public func makeRelay(
  _ buffer: UnsafeRawPointer, _ handle: UnsafeMutablePointer<UnsafeMutableRawPointer?>,
  _ answer: UnsafeMutablePointer<CChar>, _ capacity: Int
) -> CInt {
  unsafe Answer(start: answer, capacity: capacity).run {
    unsafe handle.pointee = try Handle(Relay(buffer)).retained
    return ""
  }
}

/// An array whose elements tell where they are.
@_cdecl("halo_array_make")
public func makeArray(
  _ rows: Int, _ columns: Int, _ handle: UnsafeMutablePointer<UnsafeMutableRawPointer?>,
  _ answer: UnsafeMutablePointer<CChar>, _ capacity: Int
) -> CInt {
  unsafe Answer(start: answer, capacity: capacity).run {
    let array = try ExportableArray(shape: [rows, columns], repeating: 0.0)
    array.withMutableView { view in
      for i in 0..<rows { for j in 0..<columns { view[i, j] = Double(100 * i + j) } }
    }
    unsafe handle.pointee = Handle(array).retained
    return ""
  }
}

/// Gives an array another shape.
@_cdecl("halo_array_resize")
public func resizeArray(
  _ handle: UnsafeMutableRawPointer, _ rows: Int, _ columns: Int, _ answer: UnsafeMutablePointer<CChar>,
  _ capacity: Int
) -> CInt {
  unsafe Answer(start: answer, capacity: capacity).run {
    guard let array = unsafe Handle.of(handle).exporter as? ExportableArray<Double> else {
      throw UnknownWord(text: "array that can be resized")
    }
    try array.resize(to: [rows, columns])
    return ""
  }
}

/// How often an exporter's memory is exported.
@_cdecl("halo_export_count")
public func exportCount(_ handle: UnsafeMutableRawPointer) -> Int {
  unsafe Handle.of(handle).exporter.exports.count
}

/// Lets go of an exporter.
@_cdecl("halo_exporter_free")
public func freeExporter(_ handle: UnsafeMutableRawPointer) {
  unsafe Unmanaged<Handle>.fromOpaque(handle).release()
}

/// A `bf_getbuffer`.
@_cdecl("halo_export")
public func export(
  _ handle: UnsafeMutableRawPointer, _ buffer: UnsafeMutableRawPointer, _ flags: Int32,
  _ answer: UnsafeMutablePointer<CChar>, _ capacity: Int
) -> CInt {
  unsafe Answer(start: answer, capacity: capacity).run {
    let export = try unsafe Handle.of(handle).exporter.export(BufferFlags(rawValue: flags))
    unsafe export.fill(unsafePyBuffer: buffer)
    return ""
  }
}

/// A `bf_releasebuffer`.
@_cdecl("halo_release")
public func release(_ buffer: UnsafeMutableRawPointer) {
  unsafe BufferExport.release(unsafePyBuffer: buffer)
}
