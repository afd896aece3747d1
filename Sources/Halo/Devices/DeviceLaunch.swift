import Memory
import Strided

/// A list of copies, or of what is combined, that a device runs in one launch, and the memories that it runs on.
struct DeviceLaunch {
  /// A memory that a copy reads or writes.
  enum Side: Hashable {
    case field(Int)
    case staging(DeviceStaging.Place)
    /// What a peer has packed.
    case peer(message: Int)
  }

  /// One copy, or one box that is combined into another, counted from the first byte of staged memory, or from the first owned point of a field.
  struct Part {
    let copy: StridedCopy
    let source: Side
    /// The elements that are read and written, where they are a field's that other parts may write or read.
    var sourceBox: Layout?
    let target: Side
    var targetBox: Layout?
    /// How what is read changes its sign first; `nil` if it does not.
    var negation: DeviceNegation?
    /// How it is combined into what is written; `nil` if it is copied.
    var combination: DeviceCombination?
  }

  private let list: DeviceCopyList
  /// The memories by their numbers in the list.
  private let sides: [(side: Side, memory: DeviceMemory?)]
  /// The same with those of the fields of the last run; empty if they are forgotten.
  private var memories: [DeviceMemory] = []

  /// - Parameter memory: The memory of a side that is no field.
  init(
    _ parts: [Part], on fields: DeviceFields, device: Device, memory: (Side) throws(HaloError) -> DeviceMemory
  ) throws(HaloError) {
    var sides: [(side: Side, memory: DeviceMemory?)] = []
    var numbers: [Side: Int] = [:]
    func number(of side: Side) throws(HaloError) -> Int {
      if let known = numbers[side] { return known }
      if case .field = side { sides.append((side, nil)) } else { sides.append((side, try memory(side))) }
      numbers[side] = sides.count - 1
      return sides.count - 1
    }
    func origin(of side: Side) -> Int {
      if case .field(let field) = side { fields.origins[field] } else { 0 }
    }
    var copies: [DeviceCopyList.Part] = []
    for part in parts {
      copies.append(
        DeviceCopyList.Part(
          part.copy, source: try number(of: part.source), at: origin(of: part.source),
          target: try number(of: part.target), at: origin(of: part.target), negation: part.negation,
          combination: part.combination))
    }
    list = try HaloError.rethrow { () throws(DeviceError) in try DeviceCopyList(copies, on: device) }
    self.sides = sides
  }

  /// Keeps no field's memory any longer.
  mutating func forgetFields() { memories.removeAll(keepingCapacity: true) }

  /// Gives the copies to a queue; nobody else knows of them.
  mutating func run(on queue: DeviceQueue, _ fields: DeviceFields) throws(DeviceError) {
    let isFirst = memories.isEmpty
    for number in sides.indices {
      if case .field(let field) = sides[number].side {
        if isFirst { memories.append(fields[field]) } else { memories[number] = fields[field] }
      } else if isFirst, let memory = sides[number].memory {
        memories.append(memory)
      }
    }
    try queue.runUntracked(list, on: memories)
  }
}
