import Strided
import Topology

/// One box of one field at one end of a link.
struct LinkPiece {
  /// What tells a piece from all others between the same two ranks, the same at both ends.
  struct Key: Hashable, Comparable {
    /// The quantity that is filled.
    let quantity: Int
    /// The block that is filled.
    let block: Int
    let senderBlock: Int
    let senderDirection: LinkDirection

    static func < (left: Key, right: Key) -> Bool {
      (left.quantity, left.block, left.senderBlock, left.senderDirection)
        < (right.quantity, right.block, right.senderBlock, right.senderDirection)
    }
  }

  let link: Link
  let key: Key
  let field: Int
  /// The field of the same block that is the quantity which the other end has: a vector's other component where turned.
  let counterpart: Int
  let dtype: DType
  /// Where the box lies, counted from the field's first owned point, in the order of the receiver's axes.
  let layout: Layout
  /// By how many quarter turns the values are turned clockwise from the sender to the receiver.
  let quarterTurns: Int
  /// Whether the values change their sign on the way.
  let changesSign: Bool

  var peer: Int { link.peer }
}
