import Memory
import Topology

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
    func refuse(
      _ place: Int, _ property: String, _ expected: String, _ found: String, advice: String? = nil
    ) -> HaloError {
      .fieldMismatch(
        FieldMismatch(
          rank: rank, peer: nil, field: labels[place], property: property, expected: expected, found: found,
          advice: advice))
    }
    for (place, descriptor) in descriptors.enumerated() {
      guard let descriptor else { continue }
      guard descriptor.device == device else {
        throw refuse(
          place, "memory", "\(Self.memory(of: device)), as of the plan's first field",
          Self.memory(of: descriptor.device), advice: "make all fields of a plan in the same memory")
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
    let advice = "list the same fields of every block, in the same order"
    for block in blocks.dropFirst() {
      let (first, others) = (places(ofBlock: blocks[0]), places(ofBlock: block))
      guard first.count == others.count else {
        throw refuse(
          others.last ?? 0, "number of fields of block \(block)",
          "\(first.count), as of block \(blocks[0])", "\(others.count)", advice: advice)
      }
      for (one, other) in zip(first, others) {
        for (mine, theirs) in zip(properties(of: one), properties(of: other))
        where mine != theirs {
          throw refuse(
            other, mine.property, "\(mine.value), as in block \(blocks[0])", theirs.value, advice: advice)
        }
      }
    }
    try check(vectorsOn: rank)
    try check(componentsOn: rank)
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

  /// Refuses components that a field has not, or that are listed twice.
  private func check(componentsOn rank: Int) throws(HaloError) {
    for listed in components {
      guard let descriptor = descriptors[listed.place] else { continue }
      func refuse(_ expected: String, _ found: String, advice: String) -> HaloError {
        .fieldMismatch(
          FieldMismatch(
            rank: rank, peer: nil, field: labels[listed.place], property: "components", expected: expected,
            found: found, advice: advice))
      }
      let extra = descriptor.axes.indices.filter { descriptor.axes[$0].gridAxis == nil }
      guard extra.contains(listed.range.axis) else {
        throw refuse(
          "indices of an extra axis, which along: names, of \(descriptor.axes)",
          listed.range.axis < 0 ? "none named" : "axis \(listed.range.axis)",
          advice: "list components of an axis that is not split")
      }
      let all = 0..<descriptor.extents[listed.range.axis]
      guard !listed.range.indices.isEmpty, listed.range.indices.clamped(to: all) == listed.range.indices
      else {
        throw refuse("indices in \(all)", "\(listed.range.indices)", advice: "list indices that the axis has")
      }
      for other in components where other.firstPlace == listed.firstPlace && other.place < listed.place {
        guard !other.range.indices.overlaps(listed.range.indices) else {
          throw refuse(
            "each index once", "\(other.range.indices) and \(listed.range.indices)",
            advice: "list no component twice")
        }
      }
    }
  }
}
