/// What keeps a program from the cells out of reach.
@usableFromInline
@frozen
enum ReachLimit: UInt8, BitwiseCopyable, Sendable {
  /// The field and its halo end.
  case field
  /// An exchange is sending or receiving them.
  case flight
  /// They are another thread's.
  case slab

  @inlinable
  init(isInFlight: Bool) { self = isInFlight ? .flight : .field }
}
