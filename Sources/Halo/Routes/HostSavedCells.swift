import Memory
import Strided

/// What the cells of fields in the process's memory held that messages fill.
@safe
final class HostSavedCells: SavedCells {
  /// One box of one field and its place among the saved bytes.
  private struct Part {
    let field: Int
    let offset: Int
    let save: StridedCopy
    let restore: StridedCopy
  }

  private let origins: FieldOrigins
  private let parts: [Part]
  private let saved: Allocation

  /// `nil` if there is no memory to save them in.
  init?(_ program: HostProgram) {
    origins = program.origins
    var byteCount = 0
    var parts: [Part] = []
    for piece in program.lowered.exchanges.flatMap(\.receives) {
      parts.append(
        Part(
          field: piece.field, offset: byteCount, save: .pack(piece.layout), restore: .unpack(piece.layout)))
      byteCount += piece.layout.byteCount
    }
    self.parts = parts
    do throws(AllocationError) {
      saved = try Allocation(byteCount: byteCount, allocator: .host)
    } catch {
      return nil
    }
    for part in parts {
      unsafe part.save.execute(from: UnsafeRawPointer(origins[part.field]), to: saved.base + part.offset)
    }
  }

  func restore() {
    for part in parts {
      unsafe part.restore.execute(from: UnsafeRawPointer(saved.base + part.offset), to: origins[part.field])
    }
  }
}
