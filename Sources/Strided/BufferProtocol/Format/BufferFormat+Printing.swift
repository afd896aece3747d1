extension BufferFormat: CustomStringConvertible {
  /// The format as it is written, without spaces; read again, it gives an equal format.
  public var description: String {
    var printer = BufferFormatPrinter()
    printer.write(members)
    return printer.text
  }
}

/// A format while it is written: a byte order is written where it changes.
private struct BufferFormatPrinter {
  var text = ""
  private var byteOrder = FormatByteOrder.native
  /// Whether the text ends in a `Z` that what follows must not be taken for a part of.
  private var endsInBareZ = false

  mutating func write(_ members: [BufferFormat.Member]) {
    for member in members { write(member) }
  }

  private mutating func write(_ member: BufferFormat.Member) {
    if endsInBareZ { text += " " }
    endsInBareZ = false
    if let shape = member.shape { text += "(" + shape.map(String.init).joined(separator: ",") + ")" }
    // A struct has the byte order of its last member, and a pointer that of what it points to: it is written there.
    if !member.hasMembers, member.byteOrder != byteOrder {
      byteOrder = member.byteOrder
      text.append(byteOrder.rawValue)
    }
    if let count = member.count { text += "\(count)" }
    write(member.item)
    if let name = member.name {
      text += ":\(name):"
      endsInBareZ = false
    }
  }

  private mutating func write(_ item: BufferFormat.Item) {
    switch item {
    case .scalar(let scalar): text.append(scalar.rawValue)
    case .complex(let scalar): text += "Z\(scalar.rawValue)"
    case .wideStringPointer:
      text += "Z"
      endsInBareZ = true
    case .function(let signature): text += "X{\(signature)}"
    case .pointer(let target):
      text += "&"
      write(target)
    case .structure(let structure):
      text += "T{"
      write(structure.members)
      text += "}"
      endsInBareZ = false
    }
  }
}

extension BufferFormat.Member {
  fileprivate var hasMembers: Bool {
    switch item {
    case .structure(let structure): !structure.members.isEmpty
    case .pointer: true
    default: false
    }
  }
}
