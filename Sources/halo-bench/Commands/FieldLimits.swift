import ArgumentParser
import Glibc
import Halo

/// Whether a field can be made as the command line asks for it.
struct FieldLimits {
  /// The option that gives the shape.
  let option: String
  let shape: PerAxis
  let halo: Int
  let dtype: NamedDType

  /// The bytes of one field with its halo.
  ///
  /// Throws in one line what does not fit, with the option that is to change.
  func fieldBytes() throws -> Int {
    for axis in shape.indices where shape[axis] < 1 {
      throw ValidationError("\(option): axis \(axis) has \(shape[axis]) cells; give 1 or more")
    }
    guard halo >= 1 else {
      throw ValidationError("--halo \(halo): give 1 or more halo cells")
    }
    for axis in shape.indices where halo > shape[axis] {
      throw ValidationError(
        "--halo \(halo): wider than axis \(axis) of \(option), which has \(shape[axis]) cells")
    }
    var widths = PerAxis()
    for extent in shape {
      let (both, tooWide) = halo.multipliedReportingOverflow(by: 2)
      let (width, overflow) = extent.addingReportingOverflow(both)
      widths.append(tooWide || overflow ? -1 : width)
    }
    guard let bytes = Layout.byteCount(contiguous: widths, itemSize: dtype.dtype.size) else {
      throw ValidationError("\(option): the bytes of so many cells of \(dtype) cannot be counted")
    }
    return bytes
  }

  /// What does not fit into half of the machine's memory, the other half being for what else is needed.
  func tooLarge(_ bytes: Int) -> ValidationError {
    ValidationError(
      "\(option): needs \(bytes) bytes for fields, of the \(Self.machineBytes) bytes that this machine has")
  }

  /// The bytes that the machine's memory has.
  static var machineBytes: Int { sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE)) }
}

// MARK: - Layouts

extension FieldLimits {
  /// The bytes of the largest layout, with as many again to check the result by, must fit into memory.
  func check(_ layouts: [NamedLayout]) throws {
    let fieldBytes = try fieldBytes()
    let available = Self.machineBytes / 2
    // Three fields are the most that a layout has, and the multiple must not overflow either.
    guard fieldBytes < available / 3 else { throw tooLarge(fieldBytes) }
    let field = FieldShape(owned: shape, halo: halo, dtype: dtype.dtype)
    for layout in layouts {
      let (bytes, payload) =
        switch layout.kind {
        case .copy(let pattern): (pattern(field).memoryBytes, pattern(field).byteCount)
        case .wrap(let pattern): (pattern(field).memoryBytes, pattern(field).byteCount)
        }
      guard bytes + 2 * payload < available else { throw tooLarge(bytes) }
      guard payload <= Int(Int32.max) else {
        throw ValidationError(
          "--shape: \(layout.name) has \(payload) bytes, and MPI packs no more than \(Int32.max) at once")
      }
    }
  }
}
