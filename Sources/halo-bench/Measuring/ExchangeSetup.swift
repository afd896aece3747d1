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
  /// Whose memory the fields lie in; `nil` for the processor's own.
  let device: Device?

  /// Cells of the whole grid along each axis.
  var global: [Int] { local.indices.map { local[$0] * processGrid[$0] } }

  var ranks: Int { processGrid.reduce(1, *) }

  /// The place of a rank in the process grid: ranks are counted with the last axis fastest.
  func coordinates(ofRank rank: Int) -> [Int] {
    [rank / (processGrid[1] * processGrid[2]), rank / processGrid[2] % processGrid[1], rank % processGrid[2]]
  }

  /// What one rank alone would exchange if all axes closed on it.
  var closedOnItself: ExchangeSetup {
    ExchangeSetup(
      local: local, halo: halo, fields: fields, processGrid: [1, 1, 1], dtype: dtype, stencil: stencil,
      periodic: [true, true, true], repetitions: repetitions, device: device)
  }
}
