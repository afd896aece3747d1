/// A gather or a scatter as it was asked for, and what of it is checked alike on every grid.
struct GlobalRequest<Grid: HaloGrid> {
  let fields: PlannedFields
  let share: GlobalShare
  let includingHalo: Bool
  private let grid: Grid
  private let storages: [FieldStorage?]
  private let arrays: [FieldStorage?]
  private let root: Int?

  /// Lists the fields, and the arrays where this rank has them.
  ///
  /// - Parameter root: The rank that has the arrays; `nil` if all have.
  init<State: HaloState & ~Copyable, Arrays: HaloState & ~Copyable>(
    _ share: GlobalShare, of state: borrowing State, arrays: borrowing Arrays, root: Int?,
    includingHalo: Bool = false, on grid: Grid
  ) {
    var list = FieldList()
    list.add(state)
    var whole = FieldList()
    if root == nil || root == grid.communicator.rank { whole.add(arrays) }
    fields = PlannedFields(list)
    storages = list.storages
    self.arrays = whole.storages
    (self.share, self.includingHalo, self.root, self.grid) = (share, includingHalo, root, grid)
  }

  /// Agrees with all ranks that fields, arrays and root fit each other; collective.
  ///
  /// - Parameters:
  ///   - failure: What this rank has found wrong on its own.
  ///   - places: The places of the fields that have an array each, in the order of the arrays.
  ///   - extents: The extents of the array that a field needs.
  ///   - pieces: What each rank sends or receives, in the order of its messages.
  /// - Throws: The same `HaloError` on every rank.
  func transfer(
    failure: HaloError?, arraysOf places: [Int], extents: (FieldDescriptor) -> [Int],
    pieces: @escaping (_ rank: Int) -> [GlobalPiece]
  ) throws(HaloError) -> GlobalTransfer {
    var failure = failure
    do throws(HaloError) {
      try fields.check(on: grid)
      try checkRoot()
      if failure == nil, root == nil || root == grid.communicator.rank {
        try checkArrays(of: places, extents: extents)
      }
    } catch {
      failure = error
    }
    refuseFieldsInFlight()
    return try GlobalTransfer(
      storages, arrays, claims: claims, over: grid.communicator, failure: failure, pieces: pieces)
  }
}

// MARK: - Checks

extension GlobalRequest {
  /// What all ranks must have asked for alike.
  private var claims: PlanAgreement {
    var claims = PlanAgreement()
    for trait in grid.traits { claims.claim(trait.name, of: "grid", trait.value) }
    claims.claim("root", of: "array", root.map(String.init) ?? "all")
    claims.claim("including the halo", of: "array", "\(includingHalo)")
    fields.claim(in: &claims)
    return claims
  }

  private func checkRoot() throws(HaloError) {
    let size = grid.communicator.size
    guard let root, !(0..<size).contains(root) else { return }
    throw mismatch(
      "array", "root", "a rank from 0 to \(size - 1)", "\(root)", advice: "name a rank of the grid")
  }

  /// Refuses arrays that do not fit the fields at some places.
  private func checkArrays(of places: [Int], extents: (FieldDescriptor) -> [Int]) throws(HaloError) {
    let advice = "give an array for each field, of its dtype and the extents that globalExtents(of:) tells"
    guard arrays.count == places.count else {
      throw mismatch("list", "number of arrays", "\(places.count)", "\(arrays.count)", advice: advice)
    }
    for (array, place) in zip(arrays, places) {
      guard let descriptor = fields.descriptors[place] else { continue }
      func refusal(_ property: String, _ expected: String, _ found: String) -> HaloError {
        mismatch("array of field \(fields.labels[place])", property, expected, found, advice: advice)
      }
      guard let array = array?.descriptor else { throw refusal("presence", "an array", "nil") }
      guard array.dtype == descriptor.dtype else {
        throw refusal("dtype", descriptor.dtype.description, array.dtype.description)
      }
      let extents = extents(descriptor)
      guard array.extents.elementsEqual(extents) else {
        throw refusal("extents", "\(extents)", "\(array.extents)")
      }
    }
  }

  private func mismatch(
    _ field: String, _ property: String, _ expected: String, _ found: String, advice: String
  ) -> HaloError {
    .fieldMismatch(
      FieldMismatch(
        rank: grid.communicator.rank, peer: nil, field: field, property: property, expected: expected,
        found: found, advice: advice))
  }

  private func refuseFieldsInFlight() {
    guard share == .held || includingHalo else { return }
    for (place, field) in storages.enumerated() {
      guard let field, unsafe field.isInFlight else { continue }
      fatalError(
        "Halo: field \(FieldLabel.text(field.name, at: place)) is in an exchange: "
          + "gather its halo or scatter into it before or after")
    }
  }
}
