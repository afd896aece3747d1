import ArgumentParser
import Halo

/// The extents of three axes, written `128,128,128`.
struct Extents: CustomStringConvertible {
  let extents: PerAxis

  init(_ extents: PerAxis) { self.extents = extents }

  init(parsing argument: String) throws {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { Int($0) }
    guard parts.count == 3, numbers.count == 3 else {
      throw ValidationError("give three whole numbers, as in 128,128,128")
    }
    extents = PerAxis(numbers)
  }

  var description: String { extents.map(String.init).joined(separator: ",") }
}

/// A type of cells that can be asked for by its name.
struct NamedDType: CustomStringConvertible {
  let dtype: DType

  static let all: [NamedDType] = [
    .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64, .float32, .float64, .complex64,
    .complex128,
  ].map { NamedDType($0) }

  /// The names of all types, with commas between.
  static var names: String { all.map(\.description).joined(separator: ", ") }

  init(_ dtype: DType) { self.dtype = dtype }

  init(parsing argument: String) throws {
    guard let found = Self.all.first(where: { $0.description == argument }) else {
      throw ValidationError("give one of \(Self.names)")
    }
    self = found
  }

  var description: String { dtype.description }
}

/// Layouts that are asked for by their names.
struct LayoutSelection: CustomStringConvertible {
  let layouts: [NamedLayout]
  let description: String

  /// Whether none was named.
  var isEverything: Bool { description == "all" }

  /// All layouts.
  init() {
    layouts = NamedLayout.all
    description = "all"
  }

  init(parsing argument: String) throws {
    description = argument
    guard argument != "all" else {
      layouts = NamedLayout.all
      return
    }
    layouts = try argument.split(separator: ",", omittingEmptySubsequences: false).map { name in
      guard let layout = NamedLayout.all.first(where: { $0.name == name }) else {
        throw ValidationError("there is no layout \"\(name)\"; halo-bench pack --help lists them")
      }
      return layout
    }
  }
}

extension NamedLayout {
  /// Whether it is packed and unpacked, and no wrap.
  var isCopy: Bool {
    if case .copy = kind { return true }
    return false
  }
}
