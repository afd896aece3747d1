import Strided
import Testing
import Topology

@testable import Halo

/// The boxes of a grid's links in the indices of fields that are staggered, or have other axes than the grid.
@Suite struct FieldLinksTests {
  /// A block of 5 × 4 × 6 cells in the middle of a grid.
  private let cells = [5, 4, 6]

  private func descriptor(_ axes: [FieldAxis], halo: [HaloSides]) -> FieldDescriptor {
    let extents = PerAxis(axes.map { $0.points(over: cells) })
    return FieldDescriptor(
      dtype: .float64, axes: axes, block: 0, extents: extents, haloBelow: PerAxis(halo.map(\.lower)),
      haloAbove: PerAxis(halo.map(\.upper)),
      strides: Layout(contiguous: extents, itemSize: 8).strides, rowAxis: axes.count - 1)
  }

  private func link(_ direction: LinkDirection, of field: FieldDescriptor) throws -> Link {
    let topology = try CartesianTopology(
      extents: cells.map { $0 * 3 }, periodic: [false, false, false], ranks: 27, processGrid: [3, 3, 3])
    let links = try topology.links(of: 13, halo: field.halo(onGridOf: 3), stencil: .box)
    return try #require(links.first { $0.direction == direction })
  }

  @Test func centredFieldsHaveTheBoxesOfTheLink() throws {
    let field = descriptor([.grid(0), .grid(1), .grid(2)], halo: [1, HaloSides(lower: 2, upper: 1), 3])
    for direction: LinkDirection in [[-1, 0, 0], [0, 1, 0], [1, -1, 1]] {
      let link = try link(direction, of: field)
      let boxes = try #require(field.boxes(of: link))
      #expect(boxes.send == link.send)
      #expect(boxes.receive == link.receive)
    }
  }

  @Test func sharedPointsAreNotSent() throws {
    let field = descriptor(
      [.grid(0), .grid(1, staggered: true), .grid(2)], halo: [1, HaloSides(lower: 2, upper: 1), 3])
    let down = try #require(field.boxes(of: link([0, -1, 0], of: field)))
    #expect(down.send == [0..<5, 1..<2, 0..<6])
    #expect(down.receive == [0..<5, -2..<0, 0..<6])
    let up = try #require(field.boxes(of: link([0, 1, 0], of: field)))
    #expect(up.send == [0..<5, 2..<4, 0..<6])
    #expect(up.receive == [0..<5, 5..<6, 0..<6])
  }

  @Test func axesThatALinkDoesNotMoveOnAreSentWithTheirLastPoint() throws {
    let field = descriptor(
      [.grid(0, staggered: true), .grid(1), .grid(2, staggered: true)], halo: [1, 1, 1])
    let side = try #require(field.boxes(of: link([0, 1, 0], of: field)))
    #expect(side.send == [0..<6, 3..<4, 0..<7])
    #expect(side.receive == [0..<6, 4..<5, 0..<7])
    let edge = try #require(field.boxes(of: link([1, 0, -1], of: field)))
    #expect(edge.send == [4..<5, 0..<4, 1..<2])
    #expect(edge.receive == [6..<7, 0..<4, -1..<0])
  }

  /// As wide as the block: what is sent then holds a shared point, but never both.
  @Test func haloAsWideAsTheBlock() throws {
    let field = descriptor([.grid(0, staggered: true), .grid(1), .grid(2)], halo: [5, 0, 0])
    #expect(try #require(field.boxes(of: link([-1, 0, 0], of: field))).send[0] == 1..<6)
    #expect(try #require(field.boxes(of: link([1, 0, 0], of: field))).send[0] == 0..<5)
  }

  @Test func extraAxesTravelWholeAndWithoutHalo() throws {
    let field = descriptor(
      [.extra(2), .grid(0), .extra(7), .grid(1), .grid(2), .extra(3)], halo: [0, 1, 4, 1, 1, 0])
    let boxes = try #require(field.boxes(of: link([1, 0, -1], of: field)))
    #expect(boxes.send == [0..<2, 4..<5, 0..<7, 0..<4, 0..<1, 0..<3])
    #expect(boxes.receive == [0..<2, 5..<6, 0..<7, 0..<4, -1..<0, 0..<3])
  }

  @Test func axesInAnotherOrderThanTheGrids() throws {
    let field = descriptor([.grid(2), .grid(0), .grid(1)], halo: [3, 1, 2])
    let boxes = try #require(field.boxes(of: link([1, 0, -1], of: field)))
    #expect(boxes.send == [0..<3, 4..<5, 0..<4])
    #expect(boxes.receive == [-3..<0, 5..<6, 0..<4])
  }

  @Test func linksAlongAnAxisThatTheFieldHasNotAreDropped() throws {
    let full = descriptor([.grid(0), .grid(1), .grid(2)], halo: [1, 1, 1])
    let flat = descriptor([.grid(0), .grid(2, staggered: true)], halo: [1, 1])
    #expect(try flat.boxes(of: link([0, 1, 0], of: full)) == nil)
    #expect(try flat.boxes(of: link([1, 1, 0], of: full)) == nil)
    let boxes = try #require(flat.boxes(of: link([1, 0, -1], of: full)))
    #expect(boxes.send == [4..<5, 1..<2])
    #expect(boxes.receive == [5..<6, -1..<0])
    #expect(flat.halo(onGridOf: 3) == [1, 0, 1])
  }

  /// A direction by name leads where the halo lies that it fills.
  @Test func namedLinks() throws {
    let field = descriptor([.grid(0), .grid(1, staggered: true), .extra(3)], halo: [1, 2, 0])
    let inlet = Link(
      "inlet", to: "outlet", ofRank: 1, send: [0..<5, 0..<2, 0..<6], receive: [0..<5, -2..<0, 0..<6])
    let boxes = try #require(field.boxes(of: inlet))
    #expect(boxes.send == [0..<5, 1..<3, 0..<3])
    #expect(boxes.receive == [0..<5, -2..<0, 0..<3])
    let outlet = Link(
      "outlet", to: "inlet", ofRank: 1, send: [2..<5, 2..<4, 0..<6], receive: [2..<5, 4..<6, 0..<6])
    let others = try #require(field.boxes(of: outlet))
    #expect(others.send == [2..<5, 2..<4, 0..<3])
    #expect(others.receive == [2..<5, 5..<7, 0..<3])
  }
}
