import ExampleSupport

/// The pictures of one run, drawn by the rank that has all heights.
struct Album {
  private let path: String
  /// Made with the first picture: the other ranks have none.
  private var folder: PictureFolder?
  private let mesh: Mesh
  private let atlas: Atlas
  /// Of each cell, in all pictures so far.
  private var highest: [Double] = []

  var files: [String] { folder?.files ?? [] }

  init(in path: String, mesh: Mesh, bell: CosineBell) {
    (self.path, self.mesh) = (path, mesh)
    atlas = Atlas(of: mesh, bell: bell)
  }

  /// Draws the heights of all tiles.
  mutating func add(_ heights: [Double], day: Double) throws {
    let side = mesh.cellsPerSide, top = (heights.max() ?? 0).fixed(0)
    let title = "COSINE BELL AFTER \(day.fixed(1)) DAYS: \(side) CELLS A SIDE, UP TO \(top) m"
    folder = try folder ?? PictureFolder(at: path)
    try folder?.write(atlas.picture(of: heights, day: day, title: title), numbered: "sphere")
    highest = highest.isEmpty ? heights : zip(highest, heights).map(max)
  }

  /// Draws the bells of all pictures in one.
  mutating func addWay() throws {
    guard files.count > 1 else { return }
    let title = "THE WAY OF THE BELL: ALL \(files.count) PICTURES IN ONE"
    let picture = atlas.picture(of: highest, day: CosineBell.daysAround / 8, title: title)
    try folder?.write(picture, named: "sphere-way")
  }
}
