import Memory
import Synchronization

/// What two ranks that reach each other's memory tell each other of one message, on cache lines that nothing else uses.
///
/// For each exchange the sender writes what it offers, then the exchange's number into `ready`; the receiver reads that
/// with acquire ordering, copies, and writes the number into `taken`. The sender leaves the exchange only when it has
/// seen that, so that what it offered stays as it was for as long as anyone reads it.
///
/// The words lie in memory that both ranks map, which is why they are not stored here.
@safe
struct WindowFlags: BitwiseCopyable {
  /// What the sender lets the receiver copy.
  enum Offer: UInt64 {
    /// Cells of its fields, where they are.
    case cells
    /// The message, packed.
    case message
  }

  /// A field of the sender's, where it lies and which of those is meant that take turns in its place.
  struct OfferedField: BitwiseCopyable {
    var location: Int
    var number: Int
  }

  private let start: UnsafeMutableRawPointer
  private let takenOffset: Int

  /// What the address of flags is a multiple of: processors fetch cache lines in pairs.
  static let alignment = 2 * lineBytes

  private static let lineBytes = 64
  private static let offerOffset = 8
  private static let fieldsOffset = 16

  /// The bytes that the flags of a message take, which offers so many fields.
  static func byteCount(fields: Int) -> Int { takenOffset(fields: fields) + alignment }

  /// Where the receiver's word lies.
  private static func takenOffset(fields: Int) -> Int {
    (fieldsOffset + fields * MemoryLayout<OfferedField>.stride).rounded(upToMultipleOf: alignment)
  }

  /// The flags that lie, or are to lie, at an address, which is a multiple of ``alignment``.
  init(at start: UnsafeMutableRawPointer, fields: Int) {
    unsafe self.start = start
    takenOffset = Self.takenOffset(fields: fields)
  }

  /// Makes the words, before anyone else looks at them.
  func initialize() {
    unsafe start.bindMemory(to: Atomic<UInt64>.self, capacity: 1).initialize(to: Atomic(0))
    unsafe (start + takenOffset).bindMemory(to: Atomic<UInt64>.self, capacity: 1).initialize(to: Atomic(0))
  }

  private var ready: UnsafeMutablePointer<Atomic<UInt64>> {
    unsafe start.assumingMemoryBound(to: Atomic<UInt64>.self)
  }

  private var taken: UnsafeMutablePointer<Atomic<UInt64>> {
    unsafe (start + takenOffset).assumingMemoryBound(to: Atomic<UInt64>.self)
  }
}

// MARK: - The sender's side

extension WindowFlags {
  /// Says which field lies at a place among those that are offered.
  @inline(__always)
  func offer(_ field: OfferedField, at place: Int) {
    unsafe (start + Self.fieldsOffset).storeBytes(
      of: field, toByteOffset: place * MemoryLayout<OfferedField>.stride, as: OfferedField.self)
  }

  /// Lets the receiver copy what is offered for an exchange.
  @inline(__always)
  func publish(_ what: Offer, for exchange: UInt64) {
    unsafe (start + Self.offerOffset).storeBytes(of: what.rawValue, as: UInt64.self)
    unsafe ready.pointee.store(exchange, ordering: .releasing)
  }

  /// What a sender finds when it looks.
  enum Answer {
    case none
    case taken
    /// The receiver has given up.
    case refused
  }

  /// Looks whether the receiver has copied all that was offered.
  @inline(__always)
  func answer(for exchange: UInt64) -> Answer {
    let found = unsafe taken.pointee.load(ordering: .acquiring)
    return found == exchange ? .taken : found == Self.givenUp ? .refused : .none
  }

  /// Takes back for ever what is offered: from now on its memory may change.
  func withdraw() {
    unsafe ready.pointee.store(Self.givenUp, ordering: .relaxed)
    atomicMemoryFence(ordering: .releasing)
  }

  private static var givenUp: UInt64 { .max }
}

// MARK: - The receiver's side

extension WindowFlags {
  /// What a receiver finds when it looks.
  enum Sighting {
    case nothingYet
    case offer(Offer)
    /// The sender has given up.
    case withdrawal
  }

  /// Looks whether the sender has offered what belongs to an exchange.
  @inline(__always)
  func look(for exchange: UInt64) -> Sighting {
    let found = unsafe ready.pointee.load(ordering: .acquiring)
    if found == exchange {
      let what = unsafe (start + Self.offerOffset).load(as: UInt64.self)
      return .offer(what == Offer.cells.rawValue ? .cells : .message)
    }
    return found == Self.givenUp ? .withdrawal : .nothingYet
  }

  /// The field that lies at a place among those that are offered.
  @inline(__always)
  func field(at place: Int) -> OfferedField {
    unsafe (start + Self.fieldsOffset).load(
      fromByteOffset: place * MemoryLayout<OfferedField>.stride, as: OfferedField.self)
  }

  /// Tells the sender that everything has been copied.
  ///
  /// - Returns: Whether it was there for as long as that took; if not, what was copied is not to be used.
  @inline(__always)
  func take(for exchange: UInt64) -> Bool {
    atomicMemoryFence(ordering: .acquiring)
    guard unsafe ready.pointee.load(ordering: .relaxed) == exchange else { return false }
    unsafe taken.pointee.store(exchange, ordering: .releasing)
    return true
  }
  /// Tells the sender that nothing will be copied any more.
  func refuse() { unsafe taken.pointee.store(Self.givenUp, ordering: .releasing) }
}
