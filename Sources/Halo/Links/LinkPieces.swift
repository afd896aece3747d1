import Strided
import Topology

/// All that one rank sends and receives in one phase of an update.
struct LinkPieces {
  private(set) var sends: [LinkPiece] = []
  private(set) var receives: [LinkPiece] = []
  /// Whether a box to send reaches further into a block than the halo of its field is wide.
  private(set) var sendsQuietPoints = false

  init() {}

  /// The pieces of every field on a grid.
  ///
  /// - Throws: `HaloError` if a halo does not fit the grid, or a link does not fit a field.
  init(of fields: PlannedFields, on grid: some HaloGrid, stencil: Stencil) throws(HaloError) {
    var known: [LinkRequest: (links: [Link], countPoints: Bool)] = [:]
    for (field, descriptor) in fields.descriptors.enumerated() {
      guard let descriptor else { continue }
      let request = LinkRequest(descriptor, onGridOf: grid.axisCount)
      if known[request] == nil { known[request] = try grid.links(request, stencil: stencil) }
      guard let (links, countPoints) = known[request] else { continue }
      var check = LinkCheck(field: fields.labels[field], descriptor, on: grid, linksCountPoints: countPoints)
      for link in links {
        guard let boxes = try check.add(link) else { continue }
        try fields.check(turnsOf: link, for: field, on: grid)
        add(link, boxes, for: field, of: fields, axisCount: grid.axisCount)
      }
    }
  }

  /// Adds both ends of a link for a field.
  mutating func add(
    _ link: Link, _ boxes: FieldDescriptor.LinkBoxes, for field: Int, of fields: PlannedFields,
    axisCount: Int
  ) {
    guard let descriptor = fields.descriptors[field] else { return }
    if boxes.send.overlaps(descriptor.quiet) { sendsQuietPoints = true }
    let (destination, changesSign) = fields.destination(of: field, turned: link.quarterTurns)
    sends.append(
      LinkPiece(
        link: link,
        key: .init(
          quantity: fields.quantities[destination], block: link.peerBlock, senderBlock: link.block,
          senderDirection: link.direction),
        field: field, counterpart: destination, dtype: descriptor.dtype,
        layout: descriptor.layout(of: boxes.send, turned: link.quarterTurns, axisCount: axisCount),
        quarterTurns: link.quarterTurns, changesSign: changesSign))
    receives.append(
      LinkPiece(
        link: link,
        key: .init(
          quantity: fields.quantities[field], block: link.block, senderBlock: link.peerBlock,
          senderDirection: link.peerDirection),
        field: field, counterpart: destination, dtype: descriptor.dtype,
        layout: descriptor.layout(of: boxes.receive),
        quarterTurns: -link.quarterTurns & 3, changesSign: false))
  }
}

extension LinkPieces {
  /// The pieces that do not leave the rank, each with the one that it fills, in the order of the latter.
  func pairs(within rank: Int) -> [(sender: LinkPiece, receiver: LinkPiece)] {
    let senders = Dictionary(
      sends.filter { $0.peer == rank }.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
    return receives.compactMap { receiver in
      guard receiver.peer == rank, !receiver.layout.isEmpty, let sender = senders[receiver.key] else {
        return nil
      }
      return (sender, receiver)
    }
  }
}

extension FieldDescriptor {
  /// The layout of a box of points as it lies after some clockwise quarter turns.
  ///
  /// - Parameter axisCount: The number of axes of the grid, whose last two span the plane of the turns. A field with
  ///   one of them can only be turned by half turns.
  fileprivate func layout(of box: [Range<Int>], turned quarterTurns: Int, axisCount: Int) -> Layout {
    let layout = layout(of: box)
    guard quarterTurns != 0 else { return layout }
    switch (axis(ofGrid: axisCount - 2), axis(ofGrid: axisCount - 1)) {
    case (let rows?, let columns?):
      // A layout turns as it is printed, with its rows downwards; a map's go upwards.
      return layout.turned(clockwise: -quarterTurns, rows: rows, columns: columns)
    case (let axis?, nil), (nil, let axis?):
      return layout.reversed(axis: axis)
    case (nil, nil):
      return layout
    }
  }
}
