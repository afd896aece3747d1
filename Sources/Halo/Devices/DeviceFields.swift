import Memory

/// Where the fields of the exchange in flight lie on a device.
final class DeviceFields {
  /// Bytes from the first one of each field's memory to its first owned point; 0 for an absent field.
  let origins: [Int]
  /// The memory of each field; `nil` for one that is absent.
  private(set) var memories: [DeviceMemory?]

  init(_ fields: PlannedFields) {
    origins = fields.descriptors.map { $0.map { $0.originOffset * $0.dtype.size } ?? 0 }
    memories = fields.descriptors.map { _ in nil }
  }

  /// The memory of a field, which is not absent.
  subscript(field: Int) -> DeviceMemory {
    get {
      guard let memory = memories[field] else { fatalError("Halo: a field on a device without its memory") }
      return memory
    }
    set { memories[field] = newValue }
  }

  /// Keeps no field's memory any longer.
  func forgetMemories() {
    for place in memories.indices { memories[place] = nil }
  }

  /// Lets a queue go on only after all transfers with the fields that were begun elsewhere.
  func order(_ queue: DeviceQueue) throws(DeviceError) {
    for memory in memories { try memory?.order(queue) }
  }

  /// Tells the fields of work that was begun with them, for which an event stands.
  func note(_ event: DeviceEvent) {
    for memory in memories { memory?.note(event) }
  }
}
