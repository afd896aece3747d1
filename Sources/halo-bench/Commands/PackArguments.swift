import ArgumentParser
import Halo

/// The extents of three axes, written `128,128,128`.
struct Extents: ExpressibleByArgument, CustomStringConvertible {
  let extents: PerAxis

  init(_ extents: PerAxis) { self.extents = extents }

  init?(argument: String) {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { Int($0) }
    guard parts.count == 3, numbers.count == 3 else { return nil }
    extents = PerAxis(numbers)
  }

  var description: String { extents.map(String.init).joined(separator: ",") }
  var defaultValueDescription: String { description }
}

/// A type of cells that can be asked for by its name.
struct NamedDType: ExpressibleByArgument {
  let dtype: DType

  static let all: [NamedDType] = [
    .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64, .float32, .float64, .complex64,
    .complex128,
  ].map { NamedDType(dtype: $0) }

  static let float64 = NamedDType(dtype: .float64)

  var name: String { dtype.description }
  var defaultValueDescription: String { name }

  private init(dtype: DType) { self.dtype = dtype }

  init?(argument: String) {
    guard let found = Self.all.first(where: { $0.name == argument }) else { return nil }
    self = found
  }
}

/// Layouts that were asked for by their names.
struct LayoutSelection: Sendable, ExpressibleByArgument {
  let layouts: [NamedLayout]
  let defaultValueDescription: String

  static let all = LayoutSelection(layouts: NamedLayout.all, defaultValueDescription: "all")

  private init(layouts: [NamedLayout], defaultValueDescription: String) {
    self.layouts = layouts
    self.defaultValueDescription = defaultValueDescription
  }

  init?(argument: String) {
    guard argument != "all" else {
      self = .all
      return
    }
    var layouts: [NamedLayout] = []
    for name in argument.split(separator: ",", omittingEmptySubsequences: false) {
      guard let layout = NamedLayout.all.first(where: { $0.name == name }) else { return nil }
      layouts.append(layout)
    }
    self.init(layouts: layouts, defaultValueDescription: argument)
  }
}
