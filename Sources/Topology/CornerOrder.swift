/// In which order a halo update reaches the neighbours across edges and corners.
///
/// Both orders leave the same halo, to the last bit.
public enum CornerOrder: String, Hashable, Sendable, CaseIterable {
  /// All neighbours at once: in three dimensions a message to each of up to 26, which all travel while a kernel
  /// computes.
  case direct
  /// One axis after the other, corners carried along: in three dimensions 6 messages, of which those of later axes
  /// cannot leave before those of the earlier ones have come.
  case axisByAxis
  /// The faster of the two, found out when the plan is built, the same for all ranks.
  case measured
}
