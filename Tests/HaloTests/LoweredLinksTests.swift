import Strided
import Testing
import Topology

@testable import Halo

/// How fields are laid out in messages, from the links alone.
@Suite struct LoweredLinksTests {
  private func lowered(_ ranks: Int, rank: Int) throws -> LoweredLinks {
    let topology = try CartesianTopology(
      extents: [11, 7 * ranks], periodic: [true, true], ranks: ranks, processGrid: [1, ranks])
    let owned = topology.owned(by: rank).map(\.count)
    let bytes = try Field<UInt8, 2>([owned[0], owned[1]], halo: 1, repeating: 0)
    let words = try Field<Double, 2>([owned[0], owned[1]], halo: 2, repeating: 0)
    let absent: Field<Float, 2>? = nil
    var list = FieldList()
    list.add(bytes, absent, words)
    let fields = PlannedFields(list)
    var pieces = LinkPieces()
    for (field, halo) in [(0, 1), (2, 2)] {
      let sides = HaloSides(lower: halo, upper: halo)
      for link in try topology.links(of: rank, halo: [sides, sides], stencil: .box) {
        guard let boxes = fields.descriptors[field]?.boxes(of: link) else { continue }
        pieces.add(link, boxes, for: field, of: fields, axisCount: 2)
      }
    }
    return LoweredLinks(phases: [pieces], rank: rank)
  }

  /// Elements of any size lie as aligned in a message as in a field, and no two messages share a cache line.
  @Test(arguments: [2, 3, 5]) func partsAndMessagesAreAligned(ranks: Int) throws {
    let lowered = try lowered(ranks, rank: 1)
    #expect(lowered.exchanges.map(\.peer) == (ranks == 2 ? [0] : [0, 2]))
    for part in lowered.packs + lowered.unpacks { #expect(part.offset % 16 == 0) }
    for exchange in lowered.exchanges {
      #expect(exchange.sendOffset % 64 == 0)
      #expect(exchange.receiveOffset % 64 == 0)
    }
  }

  /// Parts lie within their message, one behind the other, in the order of their fields.
  @Test(arguments: [2, 3, 5]) func partsFillTheirMessageInOrder(ranks: Int) throws {
    let lowered = try lowered(ranks, rank: 1)
    func check(_ parts: ArraySlice<LoweredLinks.Part>, from start: Int, byteCount: Int) {
      var end = start
      var field = 0
      for part in parts {
        #expect(part.offset >= end)
        #expect(part.field >= field)
        (end, field) = (part.offset + part.copy.byteCount, part.field)
      }
      #expect(end == start + byteCount)
    }
    for exchange in lowered.exchanges {
      check(lowered.packs[exchange.packs], from: exchange.sendOffset, byteCount: exchange.sendByteCount)
      check(
        lowered.unpacks[exchange.unpacks], from: exchange.receiveOffset, byteCount: exchange.receiveByteCount)
    }
    #expect(lowered.sendByteCount % 64 == 0 && lowered.receiveByteCount % 64 == 0)
  }

  /// On one rank there is nothing to send: every link of a field is a copy within it.
  @Test func oneRankHasCopiesOnly() throws {
    let lowered = try lowered(1, rank: 0)
    #expect(lowered.exchanges.isEmpty && lowered.packs.isEmpty && lowered.unpacks.isEmpty)
    #expect(lowered.wraps.map(\.destination) == Array(repeating: 0, count: 8) + Array(repeating: 2, count: 8))
  }
}
