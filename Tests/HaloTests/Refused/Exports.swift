// Each of these ends an export twice, or uses memory of others after its export. None may compile.
import Halo

func lend() throws -> BufferExport { try ExportableArray(shape: [6], repeating: 0.0).export(.full) }

// MARK: One owner

func borrowsTwice() throws {
  let export = try lend()  // error: consumed more than once
  let one = try Field<Double, 1>(borrowing: export, cells: [4], halo: 1)
  let other = try Field<Double, 1>(borrowing: export, cells: [4], halo: 1)
  print(one[0], other[0])
}

func readsWhatAFieldHasBorrowed() throws {
  let export = try lend()
  let field = try Field<Double, 1>(borrowing: export, cells: [4], halo: 1)  // error: cannot be consumed
  print(field[0], export.view.len)
}

func borrowsALentExport(_ export: borrowing BufferExport) throws {  // error: is borrowed
  _ = try FlatBuffer(borrowing: export)
}

// MARK: Views that outlive their memory

func keepsAViewPastItsExport() throws {
  let export = try lend()
  let view = export.view
  let field = try Field<Double, 1>(borrowing: export, cells: [4], halo: 1)  // error: cannot be consumed
  print(view.len, field[0])
}

func keepsASlicePastItsExport() throws {
  let export = try lend()
  let view = export.view
  let part = try view[1..<3]
  _ = try FlatBuffer(borrowing: export)  // error: cannot be consumed
  print(part.len)
}

func writesAViewTwice(_ view: inout BufferView) throws {
  var array = try view.mutableStrided(as: Double.self)  // error: overlapping accesses to 'view'
  try view.store(1.0, at: [0])
  array[0] = 2
}
