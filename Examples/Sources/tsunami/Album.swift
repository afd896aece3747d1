import ExampleSupport
import Foundation
import Halo

/// The pictures of one run: the sea is gathered from all ranks, and rank 0 draws.
struct Album {
  private let grid: CartesianGrid
  private let folder: String
  /// On rank 0 only, and only if pictures are wanted.
  private let chart: Chart?
  private let ground: [Double]
  private(set) var files: [String] = []

  /// Prepares the folder and the map; all ranks call it together.
  init(
    in folder: String, pictures: Int, of ground: Ground, floor: borrowing Field<Double, 2>, mesh: Mesh,
    grid: CartesianGrid, range: Double
  ) throws {
    (self.grid, self.folder) = (grid, folder)
    guard pictures > 0 else {
      (chart, self.ground) = (nil, [])
      return
    }
    self.ground = try gather(floor, from: grid) ?? []
    guard grid.communicator.rank == 0 else {
      chart = nil
      return
    }
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw Problem("the folder \(folder) for the pictures cannot be made: \(error.localizedDescription)")
    }
    chart = Chart(of: ground, mesh: mesh, range: range)
  }

  /// Draws the wave; all ranks call it together.
  mutating func add(_ sea: borrowing Sea, minute: Double) throws {
    guard let depths = try gather(sea.depth, from: grid), let chart else { return }
    let levels = zip(depths, ground).map { depth, ground in depth > ShallowWater.film ? ground + depth : nil }
    let title = "TSUNAMI AFTER \(minute.fixed(0)) MIN: LEVEL OF THE SEA"
    try write(chart.picture(of: .wave, levels: levels, title: title), "wave-\(Album.padded(files.count))")
  }

  /// Draws the highest level of each cell; all ranks call it together.
  mutating func addHighest(_ crest: borrowing Field<Double, 2>, minute: Double) throws {
    guard let crests = try gather(crest, from: grid), let chart else { return }
    let title = "HIGHEST LEVEL OF THE SEA IN \(minute.fixed(0)) MIN"
    try write(chart.picture(of: .crest, levels: crests.map { $0 > 0 ? $0 : nil }, title: title), "highest")
  }

  private mutating func write(_ picture: Picture, _ name: String) throws {
    let path = "\(folder)/\(name).png"
    try picture.writePNG(to: path)
    files.append(path)
  }

  private static func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
