import ExampleSupport
import Foundation

/// The pictures of one run, drawn by the rank that has all heights.
struct Album {
  private let folder: String
  private let mesh: Mesh
  private let atlas: Atlas
  /// Of each cell, in all pictures so far.
  private var highest: [Double] = []
  private(set) var files: [String] = []

  init(in folder: String, mesh: Mesh, bell: CosineBell) {
    (self.folder, self.mesh) = (folder, mesh)
    atlas = Atlas(of: mesh, bell: bell)
  }

  /// Draws the heights of all tiles.
  mutating func add(_ heights: [Double], day: Double) throws {
    let side = mesh.cellsPerSide, top = (heights.max() ?? 0).fixed(0)
    let title = "COSINE BELL AFTER \(day.fixed(1)) DAYS: \(side) CELLS A SIDE, UP TO \(top) m"
    let number = files.count < 10 ? "0\(files.count)" : "\(files.count)"
    try write(atlas.picture(of: heights, day: day, title: title), "sphere-\(number)")
    highest = highest.isEmpty ? heights : zip(highest, heights).map(max)
  }

  /// Draws the bells of all pictures in one.
  mutating func addWay() throws {
    guard files.count > 1 else { return }
    let title = "THE WAY OF THE BELL: ALL \(files.count) PICTURES IN ONE"
    try write(atlas.picture(of: highest, day: CosineBell.daysAround / 8, title: title), "sphere-way")
  }

  private mutating func write(_ picture: Picture, _ name: String) throws {
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw Problem("the folder \(folder) for the pictures cannot be made: \(error.localizedDescription)")
    }
    let path = "\(folder)/\(name).png"
    try picture.writePNG(to: path)
    files.append(path)
  }
}
