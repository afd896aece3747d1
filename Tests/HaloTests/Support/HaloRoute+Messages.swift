import Halo

extension HaloRoute {
  /// The ways that lead to another rank; the first is what the others are compared with.
  static let betweenRanks: [HaloRoute] = [.packed, .window, .windowPacked, .datatype]
}
