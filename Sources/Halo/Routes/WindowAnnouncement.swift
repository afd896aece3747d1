import Strided

/// What the sender of a message tells its receiver once: where its flags and its packed message lie in the memory that
/// both reach, and where in its fields the cells lie that the message is made of.
struct WindowAnnouncement {
  let flags: Int
  let message: Int
  let fieldCount: Int
  let pieces: [WindowOffers.Incoming.Piece]
  private let owner: Int

  /// Whether there is anything in memory; if not, the message comes by MPI alone.
  var isOffer: Bool { flags >= 0 }

  /// - Parameter owner: What the receiver, in the same process, is to keep as long as it looks at the flags.
  init(
    flags: Int, message: Int, fieldCount: Int, owner: WindowOffers?, pieces: [WindowOffers.Incoming.Piece]
  ) {
    self.flags = flags
    self.message = message
    self.fieldCount = fieldCount
    self.pieces = pieces
    self.owner = owner.map { unsafe Int(bitPattern: Unmanaged.passRetained($0).toOpaque()) } ?? 0
  }

  /// Says that there is nothing in memory.
  init(pieceCount: Int) {
    let nothing = WindowOffers.Incoming.Piece(
      place: 0, layout: Layout(contiguous: [0], itemSize: 1), changesSign: false)
    self.init(
      flags: -1, message: -1, fieldCount: 0, owner: nil, pieces: Array(repeating: nothing, count: pieceCount))
  }

  /// What is to be kept; to be asked for once.
  func takeOwner() -> WindowOffers? {
    guard let pointer = unsafe UnsafeRawPointer(bitPattern: owner) else { return nil }
    return unsafe Unmanaged<WindowOffers>.fromOpaque(pointer).takeRetainedValue()
  }
}

// MARK: - As numbers

extension WindowAnnouncement {
  private static let wordsBeforePieces = 4
  private static let wordsBeforeAxes = 5
  private static let wordsOfPiece = wordsBeforeAxes + 2 * PerAxis.maximumRank

  /// The numbers that tell of so many pieces.
  static func wordCount(pieces: Int) -> Int { wordsBeforePieces + pieces * wordsOfPiece }

  var words: [Int] {
    var words = [flags, message, fieldCount, owner]
    for piece in pieces {
      let layout = piece.layout
      words += [
        piece.place, piece.changesSign ? 1 : 0, layout.shape.count, layout.itemSize, layout.offset,
      ]
      for numbers in [layout.shape, layout.strides] {
        words += Array(numbers) + Array(repeating: 0, count: PerAxis.maximumRank - numbers.count)
      }
    }
    return words
  }

  init(words: ArraySlice<Int>) {
    var rest = words
    func take(_ count: Int) -> ArraySlice<Int> {
      defer { rest = rest.dropFirst(count) }
      return rest.prefix(count)
    }
    let header = Array(take(Self.wordsBeforePieces))
    (flags, message, fieldCount, owner) = (header[0], header[1], header[2], header[3])
    var pieces: [WindowOffers.Incoming.Piece] = []
    while !rest.isEmpty {
      let head = Array(take(Self.wordsBeforeAxes))
      let shape = PerAxis(take(PerAxis.maximumRank).prefix(head[2]))
      let strides = PerAxis(take(PerAxis.maximumRank).prefix(head[2]))
      pieces.append(
        WindowOffers.Incoming.Piece(
          place: head[0],
          layout: Layout(shape: shape, strides: strides, itemSize: head[3], offset: head[4]),
          changesSign: head[1] != 0))
    }
    self.pieces = pieces
  }
}
