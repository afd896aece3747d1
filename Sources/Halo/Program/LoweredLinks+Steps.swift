import Strided

// What the programs of exchanges run, of fields in the process's memory or on a device.

extension LoweredLinks {
  /// One box of one field, copied from or to its place in a peer's message.
  struct Part {
    let field: Int
    let offset: Int
    let copy: StridedCopy
  }

  /// Values in a message that change their sign.
  struct Sign {
    let offset: Int
    let pass: StridedArithmetic
  }

  /// One box of one field, copied to another of the same or another field.
  struct Wrap {
    let source: Int
    let destination: Int
    let copy: StridedCopy

    /// Values that change their sign where they were copied to, or are combined into others.
    struct Pass {
      let source: Int
      let destination: Int
      let pass: StridedArithmetic
    }
  }

  /// One box of one field that a part of a peer's message is combined into.
  struct Combine {
    let field: Int
    let offset: Int
    let pass: StridedArithmetic
  }

  /// What can be done at once: a phase packs what the ones before have brought.
  struct Phase {
    let messages: Range<Int>
    let wraps: Range<Int>
    let wrapPasses: Range<Int>
  }
}
