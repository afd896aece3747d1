import ExampleSupport
import Foundation
import Testing

@testable import tsunami

@Suite struct GroundTests {
  static let region = Mesh.Region(west: 0, east: 2, south: 10, north: 11)

  /// Ground of two rows and three columns.
  static func ground(_ heights: [Float], shape: String = "(2, 3)") throws -> Ground {
    let header = Array("{'descr': '<f4', 'fortran_order': False, 'shape': \(shape)}".utf8)
    let data = heights.flatMap { value in
      (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) }
    }
    let bytes = [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.count), 0] + header + data
    return try Ground(NpyArray(bytes: bytes, name: "g.npy"), file: "g.npy", region: region)
  }

  static func problem(_ heights: [Float], shape: String = "(2, 3)") -> String {
    do {
      _ = try ground(heights, shape: shape)
      return "accepted"
    } catch {
      return "\(error)"
    }
  }

  @Test func keepsASlopeAndItsCorners() throws {
    let slope = try Self.ground([10, 20, 30, 40, 50, 60])
    for step in 0...10 {
      let part = Double(step) / 10
      let height = slope.height(longitude: 2 * part, latitude: 10 + part)
      #expect(abs(height - (10 + 50 * part)) < 1e-12)
    }
    let ground = try Self.ground([-3, 5, 40, 7, -20, 11])
    #expect(ground.height(longitude: 0, latitude: 10) == -3)
    #expect(ground.height(longitude: 2, latitude: 11) == 11)
  }

  @Test func makesNoNewExtremes() throws {
    let ground = try Self.ground([-1, -1, 500, -1, -1, -1])
    for step in 0...100 {
      let height = ground.height(longitude: 2 * Double(step) / 100, latitude: 10.3)
      #expect((-1...500).contains(height))
    }
  }

  @Test func refusesWhatIsNoGround() {
    #expect(
      Self.problem([1, 2, 3, 4, 5, 6], shape: "(6,)") == "g.npy has 1 axes; ground needs 2, rows and columns")
    #expect(
      Self.problem([1, 2, 3, 4, 5, 6], shape: "(6, 1)")
        == "g.npy has shape [6, 1]; ground needs at least 2 rows and 2 columns")
    #expect(
      Self.problem([1, 2, 3, 4, .nan, 6]) == "g.npy holds nan at row 1, column 1; ground needs finite heights"
    )
  }

  @Test func comesWithTheExample() throws {
    let file = try #require(Ground.salishSeaFile)
    let ground = try Ground(file: file, region: Ground.salishSea)
    #expect(ground.height(longitude: -125.983, latitude: 48.016) < -1000)
    #expect(ground.height(longitude: -123.4, latitude: 48.2) < -50, "the Strait of Juan de Fuca")
  }
}
