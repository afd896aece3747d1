import Halo

/// What `halo-bench exchange` measures.
struct ExchangeSetup {
  /// Owned cells of each rank.
  let local: PerAxis
  let halo: Int
  let fields: Int
  /// Ranks along each axis.
  let processGrid: PerAxis
  let dtype: NamedDType
  let stencil: Stencil
  let periodic: [Bool]
  let repetitions: Int

  /// Cells of the whole grid along each axis.
  var global: [Int] { local.indices.map { local[$0] * processGrid[$0] } }

  var ranks: Int { processGrid.reduce(1, *) }
}
