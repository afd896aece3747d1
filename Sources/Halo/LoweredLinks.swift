import Strided
import Topology

/// The links of all fields, sorted into one message a peer and into copies within the rank.
struct LoweredLinks {
  /// What one peer's messages are made of, and where they lie in the two staging allocations.
  struct Exchange {
    let peer: Int
    var packs = 0..<0
    var unpacks = 0..<0
    var sendOffset = 0
    var sendByteCount = 0
    var receiveOffset = 0
    var receiveByteCount = 0
  }

  private(set) var packs: [HaloProgram.Part] = []
  private(set) var unpacks: [HaloProgram.Part] = []
  private(set) var wraps: [HaloProgram.Wrap] = []
  private(set) var exchanges: [Exchange] = []
  private(set) var sendByteCount = 0
  private(set) var receiveByteCount = 0

  /// Parts start at multiples of this many bytes, so that elements are aligned in the message as in a field.
  private static let partAlignment = 16
  /// Messages start on cache lines of their own.
  private static let messageAlignment = 64

  /// - Parameters:
  ///   - fields: The fields, `nil` for those that are absent.
  ///   - links: Each field's links.
  ///   - rank: This rank, whose links to itself become copies.
  init(fields: [FieldStorage?], links: [[Link]], rank: Int) {
    let peers = Set(links.joined().map(\.peer)).subtracting([rank]).sorted()
    for peer in peers {
      var exchange = Exchange(peer: peer)
      exchange.packs = packs.count..<packs.count
      exchange.unpacks = unpacks.count..<unpacks.count
      exchange.sendOffset = sendByteCount
      exchange.receiveOffset = receiveByteCount
      for (index, field) in fields.enumerated() {
        guard let descriptor = field?.descriptor else { continue }
        let mine = links[index].filter { $0.peer == peer }
        for link in mine.sorted(by: { $0.direction < $1.direction }) {
          let copy = StridedCopy.pack(descriptor.layout(of: link.send))
          guard copy.byteCount > 0 else { continue }
          exchange.sendByteCount.round(upToMultipleOf: Self.partAlignment)
          packs.append(
            HaloProgram.Part(field: index, offset: sendByteCount + exchange.sendByteCount, copy: copy))
          exchange.sendByteCount += copy.byteCount
        }
        // In the order in which the peer packs: by its directions, not by mine.
        for link in mine.sorted(by: { $0.peerDirection < $1.peerDirection }) {
          let copy = StridedCopy.unpack(descriptor.layout(of: link.receive))
          guard copy.byteCount > 0 else { continue }
          exchange.receiveByteCount.round(upToMultipleOf: Self.partAlignment)
          unpacks.append(
            HaloProgram.Part(field: index, offset: receiveByteCount + exchange.receiveByteCount, copy: copy))
          exchange.receiveByteCount += copy.byteCount
        }
      }
      exchange.packs = exchange.packs.lowerBound..<packs.count
      exchange.unpacks = exchange.unpacks.lowerBound..<unpacks.count
      sendByteCount += exchange.sendByteCount
      sendByteCount.round(upToMultipleOf: Self.messageAlignment)
      receiveByteCount += exchange.receiveByteCount
      receiveByteCount.round(upToMultipleOf: Self.messageAlignment)
      if exchange.sendByteCount + exchange.receiveByteCount > 0 { exchanges.append(exchange) }
    }
    for (index, field) in fields.enumerated() {
      guard let descriptor = field?.descriptor else { continue }
      let own = links[index].filter { $0.peer == rank }
      let copies = own.compactMap { link in
        own.first { $0.direction == link.peerDirection }.map { other in
          StridedCopy(from: descriptor.layout(of: link.send), to: descriptor.layout(of: other.receive))
        }
      }
      // They read owned cells and write halo cells, each its own, so that any order will do.
      for copy in StridedCopy.fused(copies, inPlace: true) {
        wraps.append(HaloProgram.Wrap(field: index, copy: copy))
      }
    }
  }
}

extension Int {
  fileprivate mutating func round(upToMultipleOf alignment: Int) {
    self = (self + alignment - 1) / alignment * alignment
  }
}
