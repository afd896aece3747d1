import MPI
import Strided

/// Messages that MPI gathers from fields and scatters into them by itself, for one set of fields.
///
/// Derived datatypes describe the boxes (MPI 3.1, section 4.1), persistent requests bind them to the addresses of the
/// fields; a set of fields that comes back, as fields do that are swapped, finds its requests again.
@safe
final class DatatypeMessages {
  private let origins: [UnsafeMutableRawPointer]
  var requests: RequestSet
  /// Of each request, the message that it receives; -1 if it sends.
  let messageOfRequest: [Int]
  /// Of each message, its requests.
  let sends: [Int?]
  let receives: [Int?]

  /// - Parameter chosen: The messages that go this way.
  init(
    _ lowered: LoweredLinks, chosen: [Bool], origins: FieldOrigins, staged staging: StagedMessages,
    over communicator: Communicator, tag: Int
  ) throws(MPIError) {
    unsafe self.origins = (0..<origins.count).map { unsafe origins[$0] }
    var requests = RequestSet(capacity: 2 * lowered.exchanges.count, on: communicator)
    var messageOfRequest: [Int] = []
    var sends: [Int?] = lowered.exchanges.map { _ in nil }
    var receives = sends
    for (index, exchange) in lowered.exchanges.enumerated() where chosen[index] {
      if let first = exchange.receives.first {
        let base = unsafe origins[first.field]
        let type = try Datatype(
          exchange.receives.map { unsafe $0.layout.moved(by: origins[$0.field] - base) })
        receives[index] = try unsafe requests.addPersistentReceive(
          base, as: type, from: exchange.peer, tag: tag + exchange.phase)
        messageOfRequest.append(index)
      }
      if let first = exchange.sends.first {
        let isPacked = Self.isPackedFirst(exchange)
        let base = unsafe isPacked ? staging.sendBase : origins[first.field]
        let type = try Datatype(
          isPacked
            ? lowered.packs[exchange.packs].map {
              Layout(contiguous: [$0.copy.byteCount], itemSize: 1).moved(by: $0.offset)
            }
            : exchange.sends.map { unsafe $0.layout.moved(by: origins[$0.field] - base) })
        sends[index] = try unsafe requests.addPersistentSend(
          UnsafeRawPointer(base), as: type, to: exchange.peer, tag: tag + exchange.phase)
        messageOfRequest.append(-1)
      }
    }
    self.requests = requests
    (self.messageOfRequest, self.sends, self.receives) = (messageOfRequest, sends, receives)
  }

  /// Whether a message is packed here, and sent from there: what changes its sign, and what is turned, whose strides run
  /// backwards, which Open MPI 4.1 sends in another order where elements are bytes.
  static func isPackedFirst(_ exchange: LoweredLinks.Exchange) -> Bool {
    exchange.sends.contains { $0.changesSign || $0.quarterTurns != 0 }
  }

  /// Whether these are the messages of the fields that are bound now.
  func areBound(to origins: FieldOrigins) -> Bool {
    for index in 0..<origins.count where unsafe self.origins[index] != origins[index] { return false }
    return true
  }
}

extension Layout {
  /// The same elements, counted from an address that lies so many bytes before.
  fileprivate func moved(by bytes: Int) -> Layout {
    Layout(shape: shape, strides: strides, itemSize: itemSize, offset: offset + bytes)
  }
}
