import Halo

/// The wrap as it is written by hand: two sweeps over the array, one a side, of plain loops.
struct PlainWrap<Cell> {
  private let shape: PerAxis
  /// In cells.
  private let strides: PerAxis
  private let axis: Int
  private let halo: Int

  init(_ array: Layout, axis: Int, halo: Int) {
    shape = array.shape
    strides = PerAxis(array.strides.map { $0 / array.itemSize })
    self.axis = axis
    self.halo = halo
  }

  /// Wraps one array, whose first cell lies at an address.
  func run(_ cells: UnsafeMutablePointer<Cell>) {
    let extent = shape[axis] - 2 * halo
    unsafe fill(from: 0, extent, cells)
    unsafe fill(from: halo + extent, -extent, cells)
  }

  /// Fills `halo` cells of the axis, from `start` on, with those `distance` further on.
  private func fill(from start: Int, _ distance: Int, _ cells: UnsafeMutablePointer<Cell>) {
    let first = unsafe cells + start * strides[axis]
    let shift = distance * strides[axis]
    guard axis == 2 else {
      var counts = shape
      counts[axis] = halo
      for i in 0..<counts[0] {
        for j in 0..<counts[1] {
          let row = unsafe first + (i * strides[0] + j * strides[1])
          for k in 0..<counts[2] { unsafe row[k] = row[k + shift] }
        }
      }
      return
    }
    // A code written for one halo has its width as a constant.
    switch halo {
    case 1: unsafe Run<1>.copyEach(of: self, first, shift)
    case 2: unsafe Run<2>.copyEach(of: self, first, shift)
    case 3: unsafe Run<3>.copyEach(of: self, first, shift)
    case 4: unsafe Run<4>.copyEach(of: self, first, shift)
    default:
      for i in 0..<shape[0] {
        for j in 0..<shape[1] {
          let run = unsafe first + (i * strides[0] + j * strides[1])
          for k in 0..<halo { unsafe run[k] = run[k + shift] }
        }
      }
    }
  }

  private enum Run<let width: Int> {
    @inline(never)
    static func copyEach(of wrap: PlainWrap, _ first: UnsafeMutablePointer<Cell>, _ shift: Int) {
      let (planes, rows) = (wrap.shape[0], wrap.shape[1])
      let (plane, row) = (wrap.strides[0], wrap.strides[1])
      for i in 0..<planes {
        for j in 0..<rows {
          let run = unsafe first + (i * plane + j * row)
          for k in 0..<width { unsafe run[k] = run[k + shift] }
        }
      }
    }
  }
}
