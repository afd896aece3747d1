import Halo

extension ExchangeSetup {
  /// What is measured, in a line for people.
  var title: String {
    let periodic = periodic.map { $0 ? "1" : "0" }.joined(separator: ",")
    return "\(Extents(local)) cells of \(dtype) a rank, \(fields) \(fields == 1 ? "field" : "fields"), "
      + "halo \(halo)\(stencil == .box ? "" : ", faces only"), "
      + "process grid \(Extents(processGrid)), periodic \(periodic), "
      + (device.map { "memory of \($0), " } ?? "") + "\(repetitions) updates"
  }

  /// The same for programs.
  var json: JSON.Object {
    [
      "ranks": .integer(ranks), "memory": .string(device?.description ?? "host"),
      "local": .list(local.map { .integer($0) }),
      "halo": .integer(halo), "fields": .integer(fields),
      "process_grid": .list(processGrid.map { .integer($0) }),
      "dtype": .string(dtype.description), "stencil": .string(stencil.rawValue),
      "periodic": .list(periodic.map { .integer($0 ? 1 : 0) }),
      "repetitions": .integer(repetitions), "verified": .boolean(true),
    ]
  }
}
