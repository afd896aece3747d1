import Halo

/// The buffers of all ranks, which no rank but one touches.
@safe private struct Buffers: @unchecked Sendable {
  let list: UnsafePointer<UnsafeRawPointer>
}

/// Exchanges the halos of arrays of doubles, one a rank, in place: all ranks as threads of this process.
@_cdecl("halo_exchange")
public func exchange(
  _ buffers: UnsafePointer<UnsafeRawPointer>, _ rows: Int, _ columns: Int, _ processRows: Int,
  _ processColumns: Int, _ lower: Int, _ upper: Int, _ answer: UnsafeMutablePointer<CChar>, _ capacity: Int
) -> CInt {
  let arrays = unsafe Buffers(list: buffers)
  return unsafe Answer(start: answer, capacity: capacity).run {
    _ = try LocalWorld(ranks: processRows * processColumns).run { world in
      let grid = try CartesianGrid(
        global: [rows, columns], periodic: [true, false], processGrid: [processRows, processColumns],
        over: world)
      let export = try unsafe BufferExport(unsafePyBuffer: arrays.list[world.rank]) {}
      var field = try Field<Double, 2>(
        borrowing: export, on: grid, halo: HaloWidths(HaloSides(lower: lower, upper: upper)))
      var plan = try HaloPlan(for: field, on: grid)
      try plan.exchange(&field)
    }
    return ""
  }
}
