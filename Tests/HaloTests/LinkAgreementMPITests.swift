import Halo
import MPITesting
import Testing

/// Links that cannot be are refused when the plan is built: by all ranks, with one error.
@Suite(.serialized, .mpi) struct LinkAgreementMPITests {
  private var world: Communicator { MPITesting.world }

  /// A ring of blocks of 4 × 6 cells, each one's last column beside the next one's first.
  private func ring() -> [Link] {
    let (rank, size) = (world.rank, world.size)
    return [
      Link("east", to: "west", ofRank: (rank + 1) % size, send: [0..<4, 5..<6], receive: [0..<4, 6..<7]),
      Link(
        "west", to: "east", ofRank: (rank + size - 1) % size, send: [0..<4, 0..<1], receive: [0..<4, -1..<0]),
    ]
  }

  /// Expects one error on all ranks, with these words in it.
  private func expectRefusal(_ words: String..., links: [Link]) throws {
    let u = try Field<Double, 2>([4, 6], halo: 1, repeating: 0, name: "height")
    try expectRefusal(words) { _ = try HaloPlan(for: u, links: links, over: world) }
  }

  private func expectRefusal(_ words: [String], _ body: () throws -> Void) throws {
    var found = "no error"
    do { try body() } catch { found = "\(error)" }
    let all = try world.allGather(bytes: Array(found.utf8))
    try expectOnAllRanks(
      all.allSatisfy { $0 == all[0] }, "\(all.map { String(decoding: $0, as: UTF8.self) })")
    for word in words { #expect(found.contains(word), "\(found)") }
    #expect(!found.contains("\n"))
  }

  /// The links of the ring, changed on the last rank.
  private func changed(_ change: (inout [Link]) -> Void) -> [Link] {
    var links = ring()
    if world.rank == world.size - 1 { change(&links) }
    return links
  }

  private func replacing(
    _ link: Link, peer: Int? = nil, send: [Range<Int>]? = nil, receive: [Range<Int>]? = nil,
    direction: LinkDirection? = nil, quarterTurns: Int? = nil
  ) -> Link {
    Link(
      direction ?? link.direction, to: link.peerDirection, ofRank: peer ?? link.peer,
      send: send ?? link.send, receive: receive ?? link.receive,
      quarterTurns: quarterTurns ?? link.quarterTurns)
  }

  private var last: String { "rank \(world.size - 1)" }

  @Test func theRingIsFine() throws {
    let u = try Field<Double, 2>([4, 6], halo: 1, repeating: 0, name: "height")
    _ = try HaloPlan(for: u, links: ring(), over: world)
  }

  @Test(arguments: [[1], [0, 2]]) func directionOfNoSide(steps: [Int]) throws {
    try expectRefusal(
      last, "link \(steps)", "direction: expected 2 steps",
      links: changed { $0[0] = replacing($0[0], direction: LinkDirection(steps)) })
  }

  /// A name does not tell which points of a staggered field lie beside the one that both ends have.
  @Test func nameWithoutSide() throws {
    let (rank, size) = (world.rank, world.size)
    let links = [
      Link("up", to: "down", ofRank: (rank + 1) % size, send: [6..<8], receive: [0..<0]),
      Link("down", to: "up", ofRank: (rank + size - 1) % size, send: [0..<0], receive: [-2..<0]),
    ]
    let grid = try CartesianGrid(global: [8 * size], processGrid: [size], over: world)
    let cells = try Field<Double, 1>(on: grid, halo: 2)
    _ = try HaloPlan(for: cells, links: links, over: world)
    let points = try Field<Double, 1>(on: grid, axes: [.grid(0, staggered: true)], halo: 2, name: "points")
    try expectRefusal(["rank 0", "link 'up'", "'points'", "name: expected steps"]) {
      _ = try HaloPlan(for: points, links: links, over: world)
    }
  }

  @Test(arguments: [-1, 99]) func peerThatDoesNotExist(peer: Int) throws {
    try expectRefusal(
      last, "peer \(peer)", "'east'", "a rank below \(world.size)",
      links: changed { $0[0] = replacing($0[0], peer: peer) })
  }

  @Test func sendBoxWithHaloCells() throws {
    try expectRefusal(
      last, "'east'", "'height'", "send box", "owned points [0..<4, 0..<6]", "[0..<4, 6..<7]",
      links: changed { $0[0] = replacing($0[0], send: [0..<4, 6..<7]) })
  }

  @Test func receiveBoxOutsideTheHalo() throws {
    try expectRefusal(
      last, "'west'", "receive box", "[-1..<5, -1..<7]", "[0..<4, -2..<0]",
      links: changed { $0[1] = replacing($0[1], receive: [0..<4, -2..<0]) })
  }

  @Test func receiveBoxWithOwnedCells() throws {
    try expectRefusal(
      last, "'west'", "receive box", "halo points only",
      links: changed { $0[1] = replacing($0[1], receive: [0..<4, -1..<1]) })
  }

  @Test func overlappingReceiveBoxes() throws {
    try expectRefusal(
      last, "'west'", "no point that link 'east' fills",
      links: changed { $0[1] = replacing($0[1], receive: [3..<5, 6..<7]) })
  }

  @Test func oneNameTwice() throws {
    try expectRefusal(
      last, "name", "'east' twice", links: changed { $0[1] = replacing($0[1], direction: "east") })
  }

  @Test func boxesOfTooFewAxes() throws {
    try expectRefusal(
      last, "send box", "2 ranges", links: changed { $0[0] = replacing($0[0], send: [0..<4]) })
  }

  @Test func linkWithoutAnotherEnd() throws {
    try expectRefusal("'", "expected nothing", links: changed { $0.removeFirst() })
  }

  @Test func endsOfDifferentShape() throws {
    try expectRefusal(
      "'height'", "cells", "[4, 1] of float64", "[3, 1] of float64", "both ends",
      links: changed { $0[0] = replacing($0[0], send: [0..<3, 5..<6]) })
  }

  /// Bands of 4 × 1 cells do not become each other by a quarter turn.
  @Test func turnsOnUnequalAxes() throws {
    try expectRefusal(
      "'height'", "[1, 4] of float64, turned", links: ring().map { replacing($0, quarterTurns: 1) })
  }

  @Test func turnsThatDisagree() throws {
    try expectRefusal("turned 2", links: changed { $0[0] = replacing($0[0], quarterTurns: 2) })
  }

  @Test func turnsOfAFieldWithOneAxis() throws {
    let u = try Field<Double, 1>([4], halo: 1, repeating: 0)
    let links = [
      Link("a", to: "a", ofRank: world.rank, send: [0..<1], receive: [4..<5], quarterTurns: 2)
    ]
    try expectRefusal(["quarter turns", "one axis"]) { _ = try HaloPlan(for: u, links: links, over: world) }
  }

  @Test func fieldsOfOtherTypes() throws {
    guard world.size > 1 else { return }
    try expectRefusal(["dtype", "float64", "float32"]) {
      if world.rank == 1 {
        _ = try HaloPlan(for: Field<Float, 2>([4, 6], halo: 1, repeating: 0), links: ring(), over: world)
      } else {
        _ = try HaloPlan(for: Field<Double, 2>([4, 6], halo: 1, repeating: 0), links: ring(), over: world)
      }
    }
  }

  private struct Wind<Element: ArrayElement>: ~Copyable, HaloState {
    var x, y: Field<Element, 2>
    func fields(_ list: inout FieldList) { list.addVector(x: x, y: y) }
  }

  /// A component without a sign cannot be turned.
  @Test func unsignedVectors() throws {
    let wind = Wind<UInt16>(
      x: try Field([4, 6], halo: 1, repeating: 0), y: try Field([4, 6], halo: 1, repeating: 0, name: "north"))
    try expectRefusal(["'north'", "dtype", "with a sign", "uint16"]) {
      _ = try HaloPlan<2>(for: wind, links: ring(), over: world)
    }
  }

  @Test func vectorsOfDifferentHalos() throws {
    let wind = Wind<Float>(
      x: try Field([4, 6], halo: 1, repeating: 0), y: try Field([4, 6], halo: 2, repeating: 0, name: "north"))
    try expectRefusal(["'north'", "halo", "[1, 1]", "[2, 2]"]) {
      _ = try HaloPlan<2>(for: wind, links: ring(), over: world)
    }
  }
}
