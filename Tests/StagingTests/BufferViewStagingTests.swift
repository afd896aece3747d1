import Staging
import Strided
import Testing
import Timing

/// Buffers of Python's protocol in the scopes: in place where they can be had so, else packed and swapped.
@Suite struct BufferViewStagingTests {
  @Test func isLentInPlace() throws {
    var numbers: [Double] = [1, 2, 3, 4, 5, 6]
    let timer = Timer()
    do {
      let view = try BufferView(StridedView(numbers.span, shape: [2, 3]))
      let sum = try withSendBuffer(view, as: Double.self, timer: timer) { $0[0] + $0[5] }
      #expect(sum == 7 && timer.hits["pack"] == nil)
    }
    var span = numbers.mutableSpan
    var array = MutableStridedView(&span, shape: [2, 3])
    var view = try BufferView(writing: &array)
    try withReceiveBuffer(&view, as: Double.self, timer: timer) { $0[4] = -1 }
    #expect(timer.hits["unpack"] == nil)
    #expect(numbers == [1, 2, 3, 4, -1, 6])
  }

  @Test func isPackedAndUnpacked() throws {
    let timer = Timer(), cache = BufferCache()
    let array = try ExportableArray(shape: [4, 6], repeating: Int16(0))
    array.withMutableView { view in
      for i in 0..<4 { for j in 0..<6 { view[i, j] = Int16(10 * i + j) } }
    }
    let export = try array.export(.full).sliced(by: [.all(by: -2), .range(1..<4)])
    var part = export.view
    let sent = try withSendBuffer(part, as: Int16.self, cache: cache, timer: timer) { elements in
      elements.indices.map { elements[$0] }
    }
    #expect(sent == [31, 32, 33, 11, 12, 13] && timer.hits["pack"] == 1)
    try withReceiveBuffer(&part, as: Int16.self, cache: cache, timer: timer) { elements in
      for index in elements.indices { elements[index] = -Int16(index) }
    }
    #expect(timer.hits["unpack"] == 1)
    let row = array.withView { view in (0..<6).map { view[3, $0] } }
    #expect(row == [30, 0, -1, -2, 34, 35])
  }

  /// Another byte order, and more axes than a view has.
  @Test func isSwappedOnItsWay() throws {
    let timer = Timer(), cache = BufferCache()
    var bytes: [UInt8] = [0, 1, 0, 2, 0xFF, 0xFF, 1, 0]
    do {
      var span = bytes.mutableSpan
      var raw = unsafe span.mutableBytes
      var view = try BufferView(
        writing: &raw, format: ">h", shape: [1, 1, 1, 2, 1, 1, 1, 1, 2])
      let sent = try withSendBuffer(view, as: Int16.self, cache: cache, timer: timer) { elements in
        elements.indices.map { elements[$0] }
      }
      #expect(sent == [1, 2, -1, 256])
      try withReceiveBuffer(&view, as: Int16.self, cache: cache, timer: timer) { elements in
        for index in elements.indices { elements[index] = Int16(index + 3) }
      }
      struct Refusal: Error {}
      #expect(throws: Refusal.self) {
        try withReceiveBuffer(&view, as: Int16.self, cache: cache) { elements in
          elements[0] = 99
          throw Refusal()
        }
      }
      #expect(throws: BufferError.elementType(expected: "int32", found: "format \">h\"")) {
        try withSendBuffer(view, as: Int32.self, cache: cache) { _ in }
      }
    }
    #expect(bytes == [0, 3, 0, 4, 0, 5, 0, 6])
    #expect(timer.hits["pack"] == 1 && timer.hits["unpack"] == 1)
    #expect(cache.statistics.lentBuffers == 0)
    let plain = try unsafe BufferView(bytes.span.bytes, format: "h", shape: [4])
    var copy = plain
    #expect(throws: BufferError.notWritable) { try withReceiveBuffer(&copy, as: Int16.self) { _ in } }
  }
}
