import Strided
import Testing

@Suite struct BufferExporterTests {
  @Test func lendsWhatIsAskedFor() throws {
    let array = try ExportableArray(shape: [3, 4], repeating: 0.5)
    array.withMutableView { $0[1, 2] = 7 }
    let export = try array.export(.full)
    #expect(try export.view.load(at: [1, 2], as: Double.self) == 7)
    try export.view.store(9.0, at: [2, 3])
    #expect(array.withView { $0[2, 3] } == 9)
    #expect(throws: BufferError.notContiguous(.fortran)) { _ = try array.export(.fContiguous) }
    #expect(array.exports.count == 1)
    let fortran = try ExportableArray(shape: [3, 4], repeating: 0.5, order: .fortran)
    #expect(try fortran.export(.fContiguous).structure.strides == [8, 24])
    #expect(throws: BufferError.notContiguous(.c)) { _ = try fortran.export(.simple) }
    #expect(fortran.exports.count == 0)
  }

  @Test func lendsAPart() throws {
    let array = try ExportableArray(shape: [5, 6], repeating: Int16(0))
    array.withMutableView { view in
      for i in 0..<5 { for j in 0..<6 { view[i, j] = Int16(10 * i + j) } }
    }
    do {
      let part = try array.export(.full).sliced(by: [.all(by: -2), .index(3)])
      #expect(part.structure.shape == [3] && array.exports.count == 1)
      #expect(part.view.bytes() == [43, 0, 23, 0, 3, 0])
    }
    #expect(array.exports.count == 0)
    #expect(throws: BufferError.index(axis: 0, extent: 5, found: "5")) {
      _ = try array.export(.full).sliced(by: [.index(5)])
    }
    #expect(array.exports.count == 0)
  }

  /// Python: "BufferError: cannot resize an array that is exporting buffers".
  @Test func staysWhereItIsWhileItIsExported() throws {
    let array = try ExportableArray(shape: [3, 2], repeating: Int32(0))
    array.withMutableView { view in
      for i in 0..<3 { for j in 0..<2 { view[i, j] = Int32(10 * i + j) } }
    }
    do {
      let first = try array.export(), second = try array.export(.simple)
      #expect(array.exports.count == 2)
      #expect(first.structure.len == second.structure.len)
      let error = #expect(throws: BufferError.self) { try array.resize(to: [9, 2]) }
      #expect(error == .exported(count: 2, action: "resize"))
      #expect(
        error?.description == "buffer: cannot resize memory that is exported 2 times: end the exports first")
      #expect(throws: BufferError.exported(count: 2, action: "free")) { try array.free() }
      #expect(try first.view.load(at: [2, 1], as: Int32.self) == 21)
    }
    #expect(array.exports.count == 0)
    try array.resize(to: [4, 1])
    #expect(array.withView { view in (0..<4).map { view[$0, 0] } } == [0, 10, 20, 0])
    #expect(throws: BufferError.self) { try array.resize(to: [4]) }
    #expect(throws: BufferError.self) { try array.resize(to: [-4, 2]) }
    #expect(throws: BufferError.self) { try array.resize(to: [.max, 2]) }
    try array.free()
    #expect(array.layout.isEmpty)
  }

  @Test func livesAsLongAsItsExports() throws {
    weak var known: ExportableArray<Double>?
    do {
      let export: BufferExport
      do {
        let array = try ExportableArray(shape: [2], repeating: 3.0)
        known = array
        export = try array.export()
      }
      #expect(known != nil)
      #expect(try export.view.load(at: [1], as: Double.self) == 3)
    }
    #expect(known == nil)
  }

  /// What is written for a C extension is what is read of it, and is given back once.
  @Test func fillsInWhatCExtensionsRead() throws {
    let array = try ExportableArray(shape: [2, 3], repeating: Float(1), order: .fortran)
    let place = UnsafeMutableRawPointer.allocate(byteCount: 128, alignment: 16)
    for flags in [BufferFlags.full, .fullReadOnly, .strides, .fContiguous] {
      unsafe place.initializeMemory(as: UInt8.self, repeating: 0xAA, count: 128)
      let export = try array.export(flags)
      let structure = export.structure
      unsafe export.fill(unsafePyBuffer: place)
      #expect(array.exports.count == 1)
      let view = try unsafe BufferView(unsafePyBuffer: place)
      #expect(view.structure == structure)
      #expect(unsafe view.buf == array.bufferStart)
      unsafe BufferExport.release(unsafePyBuffer: place)
      unsafe BufferExport.release(unsafePyBuffer: place)
      #expect(array.exports.count == 0)
    }
    unsafe place.deallocate()
  }

  @Test func countsOnManyThreads() async throws {
    let array = try ExportableArray(shape: [16], repeating: 0)
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<8 {
        group.addTask {
          for _ in 0..<200 {
            if let export = try? array.export() { _ = export.view.len }
            try? array.resize(to: [Int.random(in: 1...64)])
          }
        }
      }
    }
    #expect(array.exports.count == 0)
  }
}
