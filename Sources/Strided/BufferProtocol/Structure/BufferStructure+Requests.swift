extension BufferStructure {
  /// What a consumer that asks with these flags is given of this memory: exactly the members that it asked for.
  ///
  /// The rules are those of "Buffer request types" in the documentation of Python's C API.
  ///
  /// - Throws: `BufferError.notWritable`, `.notContiguous`, `.needsSuboffsets` or `.formatWithoutShape`: why it cannot be
  ///   given.
  public func satisfying(_ flags: BufferFlags) throws(BufferError) -> BufferStructure {
    guard !flags.contains(.writable) || !readonly else { throw .notWritable }
    try check(flags.contains(.cContiguous), .c)
    try check(flags.contains(.fContiguous), .fortran)
    try check(flags.contains(.anyContiguous), .any)
    guard flags.contains(.indirect) || suboffsets == nil else { throw .needsSuboffsets }
    try check(!flags.contains(.strides), .c)
    let hasShape = flags.contains(.nd)
    guard hasShape || !flags.contains(.format) else { throw .formatWithoutShape }
    return try BufferStructure(
      itemsize: itemsize, format: flags.contains(.format) ? format ?? "B" : nil, ndim: hasShape ? ndim : 1,
      shape: hasShape ? extents : nil, strides: flags.contains(.strides) ? steps : nil,
      suboffsets: suboffsets, len: len, readonly: readonly)
  }

  private func check(_ isAsked: Bool, _ order: BufferOrder) throws(BufferError) {
    guard !isAsked || isContiguous(in: order) else { throw .notContiguous(order) }
  }
}
