import Halo
import HaloOracles

/// A field of a case, whatever its elements and axes.
protocol CheckedField: AnyObject {
  /// Poisons it and gives its owned points their values.
  func prepare(salt: Int) throws
  /// The first point that does not hold what it must after an update of so many points of each halo.
  func firstWrong(width: Int) throws -> String?
  /// Has another field of the same form take its place, as simulations do step by step.
  func swap()
  /// Lists it for an exchange.
  func list(in list: inout FieldList)
}

/// The fields of a case.
struct CheckedState: HaloState {
  let all: [any CheckedField]

  func fields(_ list: inout FieldList) { for field in all { field.list(in: &list) } }
}

/// A field in the memory that is tested, and one in the process's own to fill it from and to compare it in.
final class TwinField<Element: TestElement, let Rank: Int>: CheckedField {
  private var host: Field<Element, Rank>
  private var current, other: Field<Element, Rank>
  private var oracle: FieldOracle

  init(_ form: FieldForm, on grid: CartesianGrid, stencil: Stencil, allocator: Allocator?) throws {
    func field() throws -> Field<Element, Rank> {
      try Field(
        on: grid, axes: form.axes, halo: form.halo, repeating: .poison, order: form.order,
        rowPadding: form.rowPadding, allocator: allocator)
    }
    host = try Field(on: grid, axes: form.axes, halo: form.halo, repeating: .poison)
    current = try field()
    other = try field()
    oracle = FieldOracle(grid, axes: form.axes, stencil: stencil)
  }

  func prepare(salt: Int) throws {
    oracle.salt = salt
    oracle.prepare(&host)
    try current.assign(from: host)
  }

  func firstWrong(width: Int) throws -> String? {
    try host.assign(from: current)
    return oracle.firstWrong(host) { oracle.number(of: $0, width: width) }
  }

  func swap() { Swift.swap(&current, &other) }

  func list(in list: inout FieldList) { list.add(current) }
}
