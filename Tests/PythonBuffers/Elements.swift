import ComplexModule
import Halo

/// An element type that Python has too.
private protocol PythonElement: ArrayElement {
  /// The value and one more; the other truth value.
  var next: Self { get }
}

extension PythonElement where Self: FixedWidthInteger {
  fileprivate var next: Self { self &+ 1 }
}

extension PythonElement where Self: BinaryFloatingPoint {
  fileprivate var next: Self { self + 1 }
}

extension Int8: PythonElement {}
extension Int16: PythonElement {}
extension Int32: PythonElement {}
extension Int64: PythonElement {}
extension UInt8: PythonElement {}
extension UInt16: PythonElement {}
extension UInt32: PythonElement {}
extension UInt64: PythonElement {}
extension Float16: PythonElement {}
extension Float: PythonElement {}
extension Double: PythonElement {}
extension Bool: PythonElement { fileprivate var next: Bool { !self } }
extension Complex: PythonElement where RealType: ArrayElement {
  fileprivate var next: Self { self + 1 }
}
#if arch(x86_64)
  extension Float80: PythonElement {}
#endif

private let elementTypes: [any PythonElement.Type] = {
  var types: [any PythonElement.Type] = [
    Int8.self, Int16.self, Int32.self, Int64.self, UInt8.self, UInt16.self, UInt32.self, UInt64.self,
    Float16.self, Float.self, Double.self, Bool.self, Complex<Float>.self, Complex<Double>.self,
  ]
  #if arch(x86_64)
    types += [Float80.self, Complex<Float80>.self] as [any PythonElement.Type]
  #endif
  return types
}()

private func elementType(of view: borrowing BufferView) throws -> any PythonElement.Type {
  let format = try view.structure.elementFormat()
  guard let found = elementTypes.first(where: { $0.dtype == format.dtype }) else {
    throw UnknownWord(text: "element type of format \(format)")
  }
  return found
}

extension PythonElement {
  /// All elements, as this machine reads them, in contiguous memory.
  fileprivate static func read(_ view: borrowing BufferView, to memory: UnsafeMutableRawPointer) throws {
    let layout = Layout(contiguous: PerAxis(view.structure.extents), itemSize: view.structure.elementSize)
    var array = unsafe MutableStridedView<Self>(unsafeStart: memory, layout: layout)
    try view.copy(into: &array)
  }

  fileprivate static func write(_ view: borrowing BufferView, from memory: UnsafeRawPointer) throws {
    let layout = Layout(contiguous: PerAxis(view.structure.extents), itemSize: view.structure.elementSize)
    try view.copy(from: unsafe StridedView<Self>(unsafeStart: memory, layout: layout))
  }

  /// One more in every place, in place.
  fileprivate static func increment(_ view: inout BufferView) throws {
    var array = try view.mutableStrided(as: Self.self)
    for index in indices(of: array.shape) { array[index] = array[index].next }
  }

  /// The same, element by element.
  fileprivate static func incrementEach(_ view: borrowing BufferView) throws {
    for index in indices(of: PerAxis(view.structure.extents)) {
      try view.store(view.load(at: Array(index), as: Self.self).next, at: Array(index))
    }
  }

  private static func indices(of shape: PerAxis) -> [PerAxis] {
    shape.reduce([PerAxis()]) { partial, extent in
      partial.flatMap { index in (0..<extent).map { PerAxis(Array(index) + [$0]) } }
    }
  }
}

/// The elements as this machine reads them.
@_cdecl("halo_native")
public func native(
  _ buffer: UnsafeRawPointer, _ memory: UnsafeMutableRawPointer, _ answer: UnsafeMutablePointer<CChar>,
  _ capacity: Int
) -> CInt {
  unsafe Answer(start: answer, capacity: capacity).run(on: buffer) { view in
    try unsafe elementType(of: view).read(view, to: memory)
    return ""
  }
}

/// Elements as this machine has them, into whatever the buffer is.
@_cdecl("halo_store_native")
public func storeNative(
  _ buffer: UnsafeRawPointer, _ memory: UnsafeRawPointer, _ answer: UnsafeMutablePointer<CChar>,
  _ capacity: Int
) -> CInt {
  unsafe Answer(start: answer, capacity: capacity).run(on: buffer) { view in
    try unsafe elementType(of: view).write(view, from: memory)
    return ""
  }
}

/// One more in every place.
@_cdecl("halo_increment")
public func increment(
  _ buffer: UnsafeRawPointer, _ inPlace: CInt, _ answer: UnsafeMutablePointer<CChar>, _ capacity: Int
) -> CInt {
  unsafe Answer(start: answer, capacity: capacity).run(on: buffer) { view in
    let type = try elementType(of: view)
    if inPlace != 0 { try type.increment(&view) } else { try type.incrementEach(view) }
    return ""
  }
}
