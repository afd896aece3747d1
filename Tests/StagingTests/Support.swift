import Glibc
import Memory
import SeededRandom
import Staging
import Strided
import Synchronization
import Testing

struct BodyFailed: Error {}

/// Host memory whose allocations are counted, and that refuses when told to.
final class TestAllocator: MemoryAllocator {
  struct Counts: Hashable {
    var allocated = 0
    var freed = 0
    var finalized = 0
  }

  let name: String
  private let state = Mutex((counts: Counts(), refuses: false, transfersFail: false))

  init(name: String = "test") {
    self.name = name
  }

  var counts: Counts { state.withLock { $0.counts } }

  func refuse(_ refuses: Bool = true) {
    state.withLock { $0.refuses = refuses }
  }

  func failTransfers(_ fails: Bool = true) {
    state.withLock { $0.transfersFail = fails }
  }

  func allocate(byteCount: Int, alignment: Int) throws(AllocationError) -> UnsafeMutableRawPointer {
    let refused = state.withLock { state in
      if !state.refuses { state.counts.allocated += 1 }
      return state.refuses
    }
    guard !refused else {
      throw AllocationError(allocator: name, byteCount: byteCount, reason: .outOfMemory(errorNumber: ENOMEM))
    }
    let base = UnsafeMutableRawPointer.allocate(byteCount: max(byteCount, 1), alignment: alignment)
    unsafe memset(base, 0, byteCount)
    return unsafe base
  }

  func deallocate(_ base: UnsafeMutableRawPointer, byteCount: Int, alignment: Int) {
    state.withLock { $0.counts.freed += 1 }
    unsafe base.deallocate()
  }

  func finalizeTransfers(of base: UnsafeMutableRawPointer, byteCount: Int) throws(TransferError) {
    let fails = state.withLock { state in
      state.counts.finalized += 1
      return state.transfersFail
    }
    if fails { throw TransferError(allocator: name, problem: "the device fell off the bus") }
  }
}

extension SeededGenerator {
  /// One of many rows of numbers of this run's seed, so that a failure can be repeated: set `HALO_TEST_SEED`.
  init(seed: UInt64 = SeededGenerator.seed, stream: UInt64) {
    self.init(state: seed &* 0x9E37_79B9_7F4A_7C15 &+ stream)
  }
}

/// A box of a bigger array, chosen at random: slices with steps of either sign, then axes in any order.
struct RandomBox {
  let storageCount: Int
  let layout: Layout

  init(itemSize: Int, rank: Int, using generator: inout SeededGenerator) {
    var shape = PerAxis()
    for _ in 0..<rank { shape.append(Int.random(in: 1...5, using: &generator)) }
    let whole = Layout(
      contiguous: shape, itemSize: itemSize, order: Bool.random(using: &generator) ? .c : .fortran)
    var part = whole
    for axis in 0..<rank {
      let bounds = [0, 0].map { _ in Int.random(in: 0...shape[axis], using: &generator) }.sorted()
      let range =
        bounds[0] == bounds[1] && Int.random(in: 0..<8, using: &generator) > 0
        ? 0..<shape[axis] : bounds[0]..<bounds[1]
      let step = [1, 1, 2, 3, -1, -2].randomElement(using: &generator) ?? 1
      part = part.slicing(axis: axis, range: range, by: step)
    }
    storageCount = whole.count
    layout = part.permuted(PerAxis((0..<rank).shuffled(using: &generator)))
  }
}

extension Layout {
  /// The places of the elements in an array of elements of this item size, in logical order.
  var places: [Int] {
    guard !isEmpty else { return [] }
    var index = PerAxis(repeating: 0, count: rank)
    return (0..<count).map { _ in
      defer {
        var axis = rank - 1
        while axis >= 0 {
          index[axis] += 1
          if index[axis] < shape[axis] { break }
          index[axis] = 0
          axis -= 1
        }
      }
      return byteOffset(of: index) / itemSize
    }
  }
}

extension Array where Element: ArrayElement {
  /// Lends the elements that a layout names, for reading.
  @discardableResult
  func withView<R>(_ layout: Layout, _ body: (StridedView<Element>) throws -> R) rethrows -> R {
    try unsafe withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress else { fatalError("an array of the tests has elements") }
      return try unsafe body(StridedView(unsafeStart: base, layout: layout))
    }
  }

  /// Lends the elements that a layout names, for writing.
  @discardableResult
  mutating func withMutableView<R>(
    _ layout: Layout, _ body: (inout MutableStridedView<Element>) throws -> R
  ) rethrows -> R {
    try unsafe withUnsafeMutableBytes { bytes in
      guard let base = bytes.baseAddress else { fatalError("an array of the tests has elements") }
      var view = unsafe MutableStridedView<Element>(unsafeStart: base, layout: layout)
      return try body(&view)
    }
  }
}

func address<Element>(of span: Span<Element>) -> Int {
  unsafe span.withUnsafeBufferPointer { Int(bitPattern: $0.baseAddress) }
}

func address<Element>(of span: inout MutableSpan<Element>) -> Int {
  unsafe span.withUnsafeMutableBufferPointer { Int(bitPattern: $0.baseAddress) }
}

func elements<Element>(of span: Span<Element>) -> [Element] {
  span.indices.map { span[$0] }
}
