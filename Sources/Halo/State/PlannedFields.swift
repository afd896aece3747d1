import Memory
import Topology

/// The fields of a plan: what they are, and which of them are the same quantity on different blocks.
struct PlannedFields {
  /// `nil` for a field that is absent.
  let descriptors: [FieldDescriptor?]
  /// How errors call each field.
  let labels: [String]
  let names: [String?]
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
  func places(ofBlock block: Int) -> [Int] {
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
