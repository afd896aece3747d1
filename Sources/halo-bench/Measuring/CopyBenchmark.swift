import Glibc
import Halo

/// Packing and unpacking of one pattern by this library, by MPI and, as many bytes of it, by memcpy.
final class CopyBenchmark {
  private let name: String
  private let pattern: CopyPattern
  private let world: Communicator
  private let packs: [StridedCopy]
  private let unpacks: [StridedCopy]
  private let packType: Datatype
  private let unpackType: Datatype
  private let memory: MemoryBlock
  private let packed: MemoryBlock
  private let contiguous: MemoryBlock

  /// How far memcpy's source lies from its destination's place in a page: equal places would slow it down.
  private static let pageShift = 1024

  init(_ pattern: CopyPattern, _ name: String, over world: Communicator) throws {
    self.name = name
    self.pattern = pattern
    self.world = world
    packs = pattern.packed.map { .pack($0) }
    unpacks = pattern.unpacked.map { .unpack($0) }
    packType = try Datatype(pattern.packed)
    unpackType = try Datatype(pattern.unpacked)
    memory = try MemoryBlock(byteCount: pattern.memoryBytes)
    packed = try MemoryBlock(byteCount: pattern.byteCount)
    contiguous = try MemoryBlock(byteCount: pattern.byteCount + Self.pageShift)
  }

  /// The figures of packing and of unpacking, once both are known to be right.
  func figures(_ measurement: Measurement) throws -> [CopyFigures] {
    try checkPacking()
    try checkUnpacking()
    contiguous.fill(seed: 3)
    return try [
      ("pack", [.repeating(pack), .repeating(copyIn), .repeating(packByMPI)]),
      ("unpack", [.repeating(unpack), .repeating(copyOut), .repeating(unpackByMPI)]),
    ].map { (operation: String, contestants: [Contestant]) in
      CopyFigures(
        layout: name, operation: operation, bytes: pattern.byteCount,
        seconds: try measurement.run(contestants))
    }
  }
}

// MARK: - What is measured

extension CopyBenchmark {
  private func pack() {
    var to = unsafe packed.base
    for copy in packs {
      unsafe copy.execute(from: memory.base, to: to)
      unsafe to += copy.byteCount
    }
  }

  private func unpack() {
    var from = unsafe packed.base
    for copy in unpacks {
      unsafe copy.execute(from: from, to: memory.base)
      unsafe from += copy.byteCount
    }
  }

  private func packByMPI() throws {
    unsafe try packType.pack(from: memory.base, into: packed.bytes, over: world)
  }

  private func unpackByMPI() throws {
    unsafe try unpackType.unpack(from: UnsafeRawBufferPointer(packed.bytes), into: memory.base, over: world)
  }

  private func copyIn() {
    unsafe memcpy(packed.base, contiguous.base + Self.pageShift, pattern.byteCount)
  }

  private func copyOut() {
    unsafe memcpy(contiguous.base + Self.pageShift, packed.base, pattern.byteCount)
  }
}

// MARK: - Whether it is right

extension CopyBenchmark {
  private func checkPacking() throws {
    memory.fill(seed: 1)
    let expected = try MemoryBlock(byteCount: packed.byteCount)
    expected.fill(seed: 2)
    var to = unsafe expected.base
    for layout in pattern.packed {
      layout.forEachElement { offset in
        unsafe to.copyMemory(from: memory.base + offset, byteCount: layout.itemSize)
        unsafe to += layout.itemSize
      }
    }
    for (who, work) in [("StridedCopy", pack), ("MPI_Pack", packByMPI)] as [(String, () throws -> Void)] {
      packed.fill(seed: 2)
      try work()
      guard packed.holdsSame(as: expected) else { throw wrong(who) }
    }
  }

  private func checkUnpacking() throws {
    packed.fill(seed: 4)
    let expected = try MemoryBlock(byteCount: memory.byteCount)
    expected.fill(seed: 1)
    var from = unsafe UnsafeRawPointer(packed.base)
    for layout in pattern.unpacked {
      layout.forEachElement { offset in
        unsafe (expected.base + offset).copyMemory(from: from, byteCount: layout.itemSize)
        unsafe from += layout.itemSize
      }
    }
    for (who, work) in [("StridedCopy", unpack), ("MPI_Unpack", unpackByMPI)]
      as [(String, () throws -> Void)]
    {
      memory.fill(seed: 1)
      try work()
      guard memory.holdsSame(as: expected) else { throw wrong(who) }
    }
  }

  private func wrong(_ who: String) -> Failure {
    Failure("\(name): \(who) does not copy what an element loop copies; nothing was measured")
  }
}

extension Layout {
  /// Calls a function with the byte offset of each element, in logical order: what copies are checked by.
  func forEachElement(_ body: (Int) -> Void) {
    guard !isEmpty else { return }
    var index = PerAxis(repeating: 0, count: rank)
    while true {
      body(byteOffset(of: index))
      var axis = rank - 1
      while axis >= 0 {
        index[axis] += 1
        if index[axis] < shape[axis] { break }
        index[axis] = 0
        axis -= 1
      }
      guard axis >= 0 else { return }
    }
  }
}
