import ExampleSupport
import Halo

/// The pictures of one run: the sea is gathered from all ranks, and rank 0 draws.
struct Album {
  private let grid: CartesianGrid
  /// On rank 0 only, and only if pictures are wanted; the chart likewise.
  private var folder: PictureFolder?
  private let chart: Chart?
  private let ground: [Double]

  var files: [String] { folder?.files ?? [] }

  /// Prepares the folder and the map; all ranks call it together.
  init(
    in folder: String, pictures: Int, of ground: Ground, floor: borrowing Field<Double, 2>, mesh: Mesh,
    grid: CartesianGrid, range: Double
  ) throws {
    self.grid = grid
    guard pictures > 0 else {
      (chart, self.ground) = (nil, [])
      return
    }
    self.ground = try gather(floor, from: grid) ?? []
    guard grid.communicator.rank == 0 else {
      chart = nil
      return
    }
    self.folder = try PictureFolder(at: folder)
    chart = Chart(of: ground, mesh: mesh, range: range)
  }

  /// Draws the wave; all ranks call it together.
  mutating func add(_ sea: borrowing Sea, minute: Double) throws {
    guard let depths = try gather(sea.depth, from: grid), let chart else { return }
    let levels = zip(depths, ground).map { depth, ground in depth > ShallowWater.film ? ground + depth : nil }
    let title = "TSUNAMI AFTER \(minute.fixed(0)) MIN: LEVEL OF THE SEA"
    try folder?.write(chart.picture(of: .wave, levels: levels, title: title), numbered: "wave")
  }

  /// Draws the highest level of each cell; all ranks call it together.
  mutating func addHighest(_ crest: borrowing Field<Double, 2>, minute: Double) throws {
    guard let crests = try gather(crest, from: grid), let chart else { return }
    let title = "HIGHEST LEVEL OF THE SEA IN \(minute.fixed(0)) MIN"
    let levels = crests.map { $0 > 0 ? $0 : nil }
    try folder?.write(chart.picture(of: .crest, levels: levels, title: title), named: "highest")
  }
}
