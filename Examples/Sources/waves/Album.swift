import ExampleSupport
import Halo

/// Cuts through the pressure at the moments of a run, on one picture that rank 0 draws.
struct Album {
  private let room: Room
  private let moments: Int
  private let isWanted: Bool
  /// On rank 0, if a picture is wanted.
  private var folder: PictureFolder?
  /// On rank 0, what has been cut so far.
  private var cuts: [Cut] = []

  /// Prepares the folder; `nil` if no picture is wanted.
  init(of room: Room, moments: Int, folder: String?, over world: Communicator) throws {
    (self.room, self.moments, isWanted) = (room, moments, folder != nil)
    self.folder = world.rank == 0 ? try folder.map { try PictureFolder(at: $0) } : nil
  }

  /// Cuts through the middle of the third axis; all ranks call it together.
  mutating func add(_ pressure: borrowing Field<Double, 3>, time: Double, over world: Communicator) throws {
    guard isWanted else { return }
    // Every rank has the cells of its block and 0 elsewhere: the sum is the whole cut.
    var values = [Double](repeating: 0, count: room.cells * room.cells)
    let (origin, cells) = (pressure.globalOrigin, pressure.owned)
    let k = room.cells / 2 - origin[2]
    if cells[2].contains(k) {
      for i in cells[0] {
        for j in cells[1] { values[(origin[0] + i) * room.cells + origin[1] + j] = pressure[i, j, k] }
      }
    }
    var span = values.mutableSpan
    try world.reduce(&span, .sum, on: 0)
    if world.rank == 0 { cuts.append(Cut(values: values, cells: room.cells, time: time)) }
  }

  /// Draws what was cut; the file's path on rank 0, and `nil` on the others.
  mutating func write() throws -> String? {
    guard !cuts.isEmpty else { return nil }
    let columns = moments <= 3 ? moments : (moments + 2) / 3 <= 2 ? 3 : 4
    let (panel, gap) = (Cut.side, 12)
    let rows = (moments + columns - 1) / columns
    var picture = Picture(
      width: columns * (panel + gap) + gap, height: rows * (panel + gap) + gap,
      filledWith: Color(hex: 0x1b1e27))
    for (number, cut) in cuts.enumerated() {
      cut.draw(
        on: &picture, x: gap + number % columns * (panel + gap), y: gap + number / columns * (panel + gap))
    }
    try folder?.write(picture, named: "waves")
    return folder?.files.last
  }
}
