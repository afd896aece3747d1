import Memory
import Topology

/// The fields of a plan: what they are, and which of them are the same quantity on different blocks.
struct PlannedFields {
  /// `nil` for a field that is absent.
  let descriptors: [FieldDescriptor?]
  /// How errors call each field.
  let labels: [String]
  private let names: [String?]
  let vectors: [FieldVector]
  /// What the list holds of those fields that it does not hold all of.
  let components: [ListedComponents]
  /// Whether each place of the list holds more components of the field before it.
  let continues: [Bool]
  /// The place of each field among those of its block; quantities of blocks are matched by it.
  let quantities: [Int]
  private let hasOneBlock: Bool

  init(_ list: borrowing FieldList) {
    components = list.components
    let continuations = Set(list.components.filter { $0.firstPlace != $0.place }.map(\.place))
    continues = list.storages.indices.map { continuations.contains($0) }
    let parts = Dictionary(
      list.components.map { ($0.place, $0.range) }, uniquingKeysWith: { first, _ in first })
    descriptors = list.storages.enumerated().map { place, field in field?.descriptor.holding(parts[place]) }
    labels = list.storages.enumerated().map { FieldLabel.text($1?.name, at: $0) }
    names = list.storages.map { $0?.name }
    vectors = list.vectors
    let blocks = descriptors.compactMap { $0?.block }
    hasOneBlock = Set(blocks).count < 2
    if hasOneBlock {
      quantities = Array(descriptors.indices)
    } else {
      var counts: [Int: Int] = [:]
      quantities = descriptors.map { descriptor in
        guard let descriptor else { return -1 }
        defer { counts[descriptor.block, default: 0] += 1 }
        return counts[descriptor.block, default: 0]
      }
    }
  }

  private init(_ fields: PlannedFields, descriptors: [FieldDescriptor?]) {
    (labels, names, vectors) = (fields.labels, fields.names, fields.vectors)
    (components, continues) = (fields.components, fields.continues)
    (quantities, hasOneBlock) = (fields.quantities, fields.hasOneBlock)
    self.descriptors = descriptors
  }

  /// The device whose memory they lie in; `nil` for the process's.
  var device: Device? { descriptors.lazy.compactMap { $0 }.first?.device }

  /// The same fields with halos that are nowhere wider.
  func narrowed(to width: Int) -> PlannedFields {
    PlannedFields(self, descriptors: descriptors.map { $0?.narrowed(to: width) })
  }

  /// The places of the fields of one block, by quantity; those of absent fields only where there is one block.
  private func places(ofBlock block: Int) -> [Int] {
    descriptors.indices.filter { descriptors[$0].map { $0.block == block } ?? hasOneBlock }
  }

  /// The blocks that have fields.
  var blocks: [Int] { Set(descriptors.compactMap { $0?.block }).sorted() }

  /// The cells along each axis of a grid that every block of this rank has; `nil` if they differ.
  func cells(on grid: some HaloGrid) -> [Int]? {
    var common: [Int]?
    for descriptor in descriptors {
      guard let descriptor else { continue }
      let cells =
        grid.extents(ofBlock: descriptor.block)
        ?? (0..<grid.axisCount).map { gridAxis in
          descriptor.axis(ofGrid: gridAxis).map { descriptor.cells(along: $0) } ?? 1
        }
      guard common == nil || common == cells else { return nil }
      common = cells
    }
    return common ?? grid.extents(ofBlock: 0) ?? Array(repeating: 0, count: grid.axisCount)
  }

  /// The halos of all fields along the axes of a grid.
  func halos(onGridOf axisCount: Int) -> [[HaloSides]] {
    descriptors.compactMap { $0?.halo(onGridOf: axisCount) }
  }

  /// Where a field's values go on a turned link, and whether they change their sign.
  func destination(of field: Int, turned quarterTurns: Int) -> (field: Int, changesSign: Bool) {
    guard let vector = vectors.first(where: { $0.x == field || $0.y == field }) else { return (field, false) }
    return vector.destination(of: field, turned: quarterTurns)
  }
}

// MARK: - Checks

extension PlannedFields {
  /// Claims what all ranks must have alike.
  func claim(in agreement: inout PlanAgreement) {
    let places = places(ofBlock: blocks.first ?? 0)
    agreement.claim("number of fields", of: "plan", "\(places.count)")
    agreement.claim(
      "memory", of: "plan", device.map { "memory of \($0.interface) devices" } ?? "memory of processes")
    for (quantity, place) in places.enumerated() {
      let label = FieldLabel.text(names[place], at: quantity)
      agreement.claim("name", of: label, label)
      for (property, value) in properties(of: place) { agreement.claim(property, of: label, value) }
    }
  }

  private func properties(of place: Int) -> [(property: String, value: String)] {
    guard let descriptor = descriptors[place] else { return [("presence", "nil")] }
    var properties = [
      ("dtype", descriptor.dtype.description), ("bytes an element", "\(descriptor.dtype.size)"),
      ("axes", "\(descriptor.axes)"), ("halo", descriptor.haloDescription),
    ]
    if let part = descriptor.components {
      properties.append(("components", "\(part.indices) of axis \(part.axis)"))
    }
    for vector in vectors where vector.x == place || vector.y == place {
      let (component, partner) = vector.x == place ? ("x", vector.y) : ("y", vector.x)
      properties.append(("component", "\(component) of a vector with number \(quantities[partner])"))
    }
    return properties
  }

  /// Refuses fields that do not fit their grid or each other on this rank.
  func check(on grid: some HaloGrid) throws(HaloError) {
    let rank = grid.communicator.rank
    func refuse(_ place: Int, _ property: String, _ expected: String, _ found: String) -> HaloError {
      .fieldMismatch(
        FieldMismatch(
          rank: rank, peer: nil, field: labels[place], property: property, expected: expected, found: found))
    }
    for (place, descriptor) in descriptors.enumerated() {
      guard let descriptor else { continue }
      guard descriptor.device == device else {
        throw refuse(
          place, "memory", "\(Self.memory(of: device)), as of the plan's first field",
          Self.memory(of: descriptor.device))
      }
      guard (0..<grid.blockCount).contains(descriptor.block) else {
        throw refuse(place, "block", "one of the grid's \(grid.blockCount)", "\(descriptor.block)")
      }
      guard descriptor.axes.allSatisfy({ $0.gridAxis ?? 0 < grid.axisCount }) else {
        throw refuse(place, "axes", "those of a grid of \(grid.axisCount)", "\(descriptor.axes)")
      }
      guard let cells = grid.extents(ofBlock: descriptor.block) else { continue }
      let expected = descriptor.axes.map { $0.points(over: cells) }
      guard descriptor.extents.elementsEqual(expected) else {
        throw refuse(
          place, "extents", "\(expected), this rank's block of the grid", "\(descriptor.extents)")
      }
    }
    for block in blocks.dropFirst() {
      let (first, others) = (places(ofBlock: blocks[0]), places(ofBlock: block))
      guard first.count == others.count else {
        throw refuse(
          others.last ?? 0, "number of fields of block \(block)",
          "\(first.count), as of block \(blocks[0])", "\(others.count)")
      }
      for (one, other) in zip(first, others) {
        for (mine, theirs) in zip(properties(of: one), properties(of: other))
        where mine != theirs {
          throw refuse(other, mine.property, "\(mine.value), as in block \(blocks[0])", theirs.value)
        }
      }
    }
    try check(vectorsOn: rank)
    try checkComponents(on: rank)
  }

  /// Refuses a queue that work with the fields cannot be ordered with.
  func check(queue: DeviceQueue?, rank: Int) throws(HaloError) {
    guard let queue, !descriptors.isEmpty, queue.device != device else { return }
    throw .fieldMismatch(
      FieldMismatch(
        rank: rank, peer: nil, field: "plan", property: "queue",
        expected: device.map { "a queue of \($0), where its fields lie" }
          ?? "none, since its fields lie in memory of the process",
        found: "a queue of \(queue.device)", advice: "give a queue of the device that the fields lie on"))
  }

  private static func memory(of device: Device?) -> String {
    device.map { "memory of \($0)" } ?? "memory of the process"
  }

  /// Refuses vectors whose components cannot take each other's place, or their own negative.
  private func check(vectorsOn rank: Int) throws(HaloError) {
    for vector in vectors {
      guard let x = descriptors[vector.x], let y = descriptors[vector.y] else { continue }
      func refuse(_ property: String, _ expected: String, _ found: String) -> HaloError {
        .fieldMismatch(
          FieldMismatch(
            rank: rank, peer: nil, field: labels[vector.y], property: property, expected: expected,
            found: found, advice: "make a vector of two fields that turn into each other"))
      }
      let component = "as the vector's other component \(labels[vector.x])"
      guard x.dtype.isSigned else {
        throw refuse("dtype", "one with a sign, which a turned vector changes", x.dtype.description)
      }
      guard device == nil || x.dtype.signBits != nil else {
        throw refuse(
          "dtype", "floating-point numbers, whose sign a device changes where it turns vectors",
          x.dtype.description)
      }
      guard x.haloDescription == y.haloDescription else {
        throw refuse("halo", "\(x.haloDescription), \(component)", y.haloDescription)
      }
      guard x.block == y.block else { throw refuse("block", "\(x.block), \(component)", "\(y.block)") }
    }
  }

  /// Refuses a field that a turned link would fill from points that lie elsewhere.
  func check(turnsOf link: Link, for field: Int, on grid: some HaloGrid) throws(HaloError) {
    guard link.quarterTurns % 2 == 1, let mine = descriptors[field] else { return }
    let partner = destination(of: field, turned: link.quarterTurns).field
    func staggered(_ field: FieldDescriptor) -> [Bool] {
      Array(field.staggered(onGridOf: grid.axisCount).suffix(2))
    }
    let expected = Array(staggered(descriptors[partner] ?? mine).reversed())
    let found = staggered(mine)
    guard found == expected else {
      func words(_ staggered: [Bool]) -> String {
        staggered == [true, true]
          ? "along rows and columns"
          : staggered == [true, false]
            ? "along rows" : staggered == [false, true] ? "along columns" : "not staggered"
      }
      throw .fieldMismatch(
        FieldMismatch(
          rank: grid.communicator.rank, peer: nil, field: labels[field], property: "staggered axes",
          expected: partner == field
            ? "both or neither, as edges turn rows into columns, or a component of a vector"
            : "\(words(expected)), as edges turn it into the vector's other component",
          found: words(found)))
    }
  }
}
