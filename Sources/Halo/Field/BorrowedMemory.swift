import Memory
import Strided

/// Memory of an export as the allocator of the one field that is made of it: "freed", it is given back to its owner.
@safe final class BorrowedMemory: MemoryAllocator {
  private let export: BufferExport

  init(_ export: consuming BufferExport) { self.export = export }

  var name: String { "borrowed memory" }
  var byteCount: Int { export.structure.len }
  /// The address of the first point of the halo.
  var start: UnsafeMutableRawPointer { unsafe export.buf }

  func allocate(byteCount: Int, alignment: Int) throws(AllocationError) -> UnsafeMutableRawPointer {
    unsafe export.buf
  }

  // The export ends with this object, which the allocation holds.
  func deallocate(_ base: UnsafeMutableRawPointer, byteCount: Int, alignment: Int) {}
}

extension BorrowedMemory {
  /// A field of elements of a type as it lies in this memory.
  ///
  /// - Throws: `HaloError.invalidField` if it is not that field's.
  func descriptor<Element: ArrayElement>(
    of field: FieldDescriptor, as type: Element.Type, _ name: String?
  ) throws(HaloError) -> FieldDescriptor {
    let layout = try layout(as: type, name)
    let widths = zip(field.extents, zip(field.haloBelow, field.haloAbove)).map { $0 + $1.0 + $1.1 }
    guard Array(layout.shape) == widths else {
      throw refusal(name, "shape", "\(widths), the points with the halo", "\(layout.shape)")
    }
    guard let rowAxis = layout.rowAxis else {
      throw refusal(
        name, "strides", "points of the first or last axis \(layout.itemSize) bytes apart",
        "\(layout.strides)")
    }
    guard layout.elementsAreApart else {
      throw refusal(name, "strides", "a place of its own for each point", "\(layout.strides)")
    }
    guard unsafe UInt(bitPattern: start) % UInt(MemoryLayout<Element>.alignment) == 0,
      layout.strides.allSatisfy({ $0 % layout.itemSize == 0 })
    else {
      throw refusal(
        name, "strides and address", "multiples of the \(layout.itemSize) bytes of a point",
        "\(layout.strides)")
    }
    var strides = layout.strides
    // The stride of an axis of one point means nothing.
    strides[rowAxis] = layout.itemSize
    return FieldDescriptor(
      dtype: field.dtype, axes: field.axes, block: field.block, extents: field.extents,
      haloBelow: field.haloBelow, haloAbove: field.haloAbove, strides: strides, rowAxis: rowAxis)
  }

  private func layout<Element: ArrayElement>(
    as type: Element.Type, _ name: String?
  ) throws(HaloError) -> Layout {
    do throws(BufferError) {
      return try export.structure.writableLayout(as: type)
    } catch {
      throw refusal(name, "borrowed memory", "writable points of \(Element.dtype)", error.description)
    }
  }

  private func refusal(
    _ name: String?, _ property: String, _ expected: String, _ found: String
  ) -> HaloError {
    .invalidField(InvalidField(name: name, property, expected: expected, found: found))
  }
}

extension Layout {
  /// The axis whose points follow each other, which is the last or the first.
  fileprivate var rowAxis: Int? {
    [rank - 1, 0].first { strides[$0] == itemSize || shape[$0] == 1 }
  }

  /// Whether no two elements share a byte, as far as each axis steps over all that the smaller steps reach.
  fileprivate var elementsAreApart: Bool {
    let axes = shape.indices.filter { shape[$0] > 1 }.sorted { strides[$0].magnitude < strides[$1].magnitude }
    var reached = itemSize
    for axis in axes {
      let step = Int(clamping: strides[axis].magnitude)
      guard step >= reached else { return false }
      reached += step * (shape[axis] - 1)
    }
    return true
  }
}
