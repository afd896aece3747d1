import Glibc
import MPI
import Strided
import Timing

/// Binds fields to the programs of a plan, and keeps the rule while an exchange is in flight.
final class HaloRunner: WorkUnderWay {
  let communicator: Communicator
  let memory: NodeMemory
  private(set) var blueprint: PlanBlueprint
  let fields: PlannedFields
  let timer: Timer?
  private let stopwatches: PlanStopwatches?
  private let binding: any FieldBinding
  /// For each field of the list, those that were there before.
  private var known: FlatList<KnownFields>
  /// Which of the known fields is to be exchanged in each place.
  private var numbers: FlatList<Int>

  /// What an update runs.
  let update: any UpdateProgram
  /// What accumulates with each combination, built when it is first asked for.
  private var accumulations: [(any ExchangeProgram)?]
  /// What updates halos of each width, built when it is first asked for.
  private var narrowed: [Int: any ExchangeProgram] = [:]
  /// What is in flight, or was last.
  private var current: any ExchangeProgram

  /// The fields of the next exchange.
  private var list = FieldList()
  /// The fields of the exchange in flight.
  private var flying: [FieldStorage?] = []
  /// Those of an exchange that was given up.
  private var abandoned: [FieldStorage?] = []
  private var notices: GivingUpNotices?
  private(set) var isInFlight = false
  /// The thread that has begun the exchange in flight.
  private(set) var thread = pthread_self()
  var pace = ProgressPace()
  /// What has failed since, and is to be thrown at the end.
  var failure: HaloError?
  /// Whether the exchange in flight is being moved on by this very object.
  private var isMoving = false
  /// An exchange that failed midway leaves messages behind that would answer the next one.
  var isBroken = false

  /// Builds the program of the update.
  init(_ blueprint: PlanBlueprint, over communicator: Communicator, in memory: NodeMemory) throws(HaloError) {
    Patience.prepare()
    self.communicator = communicator
    self.memory = memory
    self.blueprint = blueprint
    (fields, timer) = (blueprint.fields, blueprint.timer)
    stopwatches = timer.map(PlanStopwatches.init)
    binding = blueprint.binding(over: communicator, in: memory)
    known = FlatList(fields.descriptors.map { _ in KnownFields() })
    numbers = FlatList(fields.descriptors.map { _ in 0 })
    update = try binding.update(
      LoweredLinks(phases: blueprint.phases, rank: communicator.rank), routes: blueprint.routes)
    current = update
    accumulations = Combination.allCases.map { _ in nil }
    list.reserveCapacity(for: fields)
    flying.reserveCapacity(fields.descriptors.count)
  }

  /// Ends the use of this plan after an exchange that failed midway, and tells its peers.
  ///
  /// MPI may still read and write the staged messages, messages of its peers may still be on their way to its
  /// communicator, and a peer may be reading its fields: none of these is ever freed.
  private func giveUp() {
    isBroken = true
    current.giveUpInMemory()
    notices = GivingUpNotices(to: Set(update.lowered.exchanges.map(\.peer)), over: communicator)
    abandoned = flying
    _ = unsafe Unmanaged.passRetained(self)
  }
}

// MARK: - Routes

extension HaloRunner {
  /// Finds out which way the messages to each peer are to go, by exchanging the fields of the plan; collective.
  func chooseRoutes(with storages: [FieldStorage?]) throws(HaloError) {
    var failure: HaloError?
    do throws(HaloError) {
      if blueprint.routes.isToBeMeasured { try measureRoutes(with: storages) }
      try update.prepare()
    } catch {
      failure = error
      giveUp()
    }
    // Who was told that another rank gave up leaves it to that one to say why.
    if case .onRank = failure {
      try PlanAgreement().settle(nil, over: communicator)
    } else {
      try PlanAgreement().settle(failure, over: communicator)
    }
    if let failure { throw failure }
  }

  private func measureRoutes(with storages: [FieldStorage?]) throws(HaloError) {
    var isAllowed = true
    for (index, storage) in storages.enumerated() {
      guard let storage else { continue }
      binding.bind(storage, at: index, number: 0)
      if unsafe storage.isInFlight { isAllowed = false }
    }
    defer { binding.unbind() }
    try RouteMeasurement(update, isAllowed: isAllowed).choose(for: &blueprint.routes)
    for peer in Set(update.lowered.exchanges.map(\.peer)) {
      try update.setRoute(blueprint.routes.route(to: peer), to: peer)
    }
  }
}

// MARK: - Programs

extension HaloRunner {
  /// What combines halo cells into their owners; collective in so far as all ranks must ask for the same.
  ///
  /// - Throws: `HaloError.fieldMismatch` if a field's elements cannot be combined so, the same on every rank.
  func accumulation(_ combination: Combination) throws(HaloError) -> any ExchangeProgram {
    let place = Self.place(of: combination)
    if let known = accumulations[place] { return known }
    for (label, descriptor) in zip(fields.labels, fields.descriptors) {
      guard let descriptor, !descriptor.dtype.has(combination) else { continue }
      throw .fieldMismatch(
        FieldMismatch(
          rank: communicator.rank, peer: nil, field: label, property: "dtype",
          expected: "numbers that have a \(combination)", found: descriptor.dtype.description,
          advice: "accumulate other fields by a plan of their own"))
    }
    let lowered = LoweredLinks(returning: blueprint.pieces, combining: combination, rank: communicator.rank)
    let program = try binding.accumulation(
      lowered, routes: blueprint.routes, tag: PlanTag.accumulation + place)
    accumulations[place] = program
    return program
  }

  /// What fills so many points of every halo, on each side the nearest; the whole halo for `nil`.
  ///
  /// - Throws: `HaloError.fieldMismatch` if no halo is so wide, or links are a user's list; the same on every rank.
  func updating(_ width: Int?) throws(HaloError) -> any ExchangeProgram {
    guard let width, width != blueprint.widestHalo else { return update }
    if let known = narrowed[width] { return known }
    func refuse(_ expected: String) -> HaloError {
      .fieldMismatch(
        .wish(rank: communicator.rank, "width", expected: expected, found: "\(width)"))
    }
    guard (1..<max(blueprint.widestHalo, 1)).contains(width) else {
      throw refuse("1 to \(blueprint.widestHalo), the widest halo of its fields")
    }
    guard let phases = try blueprint.narrowed?(width, blueprint.corners) else {
      throw refuse("none: links of a list carry what the list says")
    }
    let program = try binding.narrowed(
      LoweredLinks(phases: phases, rank: communicator.rank), routes: blueprint.routes)
    narrowed[width] = program
    return program
  }

  /// As ``updating(_:)``, for an exchange with a body that reads its fields, or writes them too.
  ///
  /// Traps if what the messages carry or fill is not what a body is kept from touching.
  func updating(_ width: Int?, writing: Bool) throws(HaloError) -> any ExchangeProgram {
    if blueprint.fillsOwnedCells {
      fatalError("Halo: this plan's messages fill owned cells: exchange without a body, and read them then")
    }
    if writing, blueprint.pieces.sendsQuietPoints {
      fatalError(
        "Halo: this plan's links send cells further inside than its halos are wide, which the body might write: "
          + "use exchange(_:while:)")
    }
    return try updating(width)
  }

  // Not by searching all cases, whose list would be allocated.
  private static func place(of combination: Combination) -> Int {
    switch combination {
    case .sum: 0
    case .min: 1
    case .max: 2
    }
  }
}

// MARK: - An exchange

extension HaloRunner {
  /// Binds the fields that are listed, packs and sends; from here to ``finish()`` they are in flight.
  ///
  /// - Throws: `HaloError.fieldMismatch` before anything is sent if a field is not the plan's.
  func begin(_ program: any ExchangeProgram, listing fields: (inout FieldList) -> Void) throws(HaloError) {
    guard !isBroken else {
      fatalError("Halo: this plan's last exchange failed midway; build another plan before the next exchange")
    }
    try bind(listing: fields)
    current = program
    thread = pthread_self()
    failure = nil
    communicator.underWay.add(self)
    try orGiveUp { () throws(HaloError) in try program.begin() }
  }

  /// Exchanges the fields that are listed.
  func run(_ program: any ExchangeProgram, listing fields: (inout FieldList) -> Void) throws(HaloError) {
    try begin(program, listing: fields)
    try finish()
  }

  /// Does what can be done without waiting.
  func progress() throws(HaloError) {
    guard isInFlight, !isMoving else { return }
    isMoving = true
    defer { isMoving = false }
    _ = try current.progress()
  }

  /// Copies within the rank, unpacks each message as it arrives, and ends the flight.
  ///
  /// Does nothing if no exchange is in flight.
  ///
  /// - Throws: `HaloError.timedOut` naming the peers that did not send, `HaloError.mpi`.
  func finish() throws(HaloError) {
    guard isInFlight else { return }
    try orGiveUp { () throws(HaloError) in
      if let failure { throw failure }
      try current.finish()
    }
    if let stopwatches { current.record(with: stopwatches) }
    release()
  }

  @inline(__always)
  private func orGiveUp(_ body: () throws(HaloError) -> Void) throws(HaloError) {
    isMoving = true
    defer { isMoving = false }
    do throws(HaloError) { try body() } catch {
      giveUp()
      let unfinished = current.unfinishedPeers
      release()
      guard case .mpi(let cause) = error, case .timeLimit(let limit) = cause.reason else { throw error }
      throw .timedOut(rank: communicator.rank, waitingFor: unfinished, limit: limit)
    }
  }

  /// Ends the flight if the fields that are listed are the very ones that fly; traps if not.
  func finishUnmoved(listing fields: (inout FieldList) -> Void) throws(HaloError) {
    fields(&list)
    checkUnmoved()
    try finish()
  }

  /// Runs the body of an exchange, and ends the flight if it throws.
  func endingFlight<Result>(ifThrowing body: () throws -> Result) throws -> Result {
    do { return try body() } catch {
      finishAfterError()
      throw error
    }
  }

  /// Ends the flight after the body of an exchange has thrown; its own error is the one that counts.
  func finishAfterError() {
    try? finish()
  }
}

// MARK: - The time of a kernel

extension HaloRunner {
  /// The time now, for ``record(interiorSince:)`` and ``record(boundarySince:)``; reads no clock without a timer.
  func mark() -> Timer.Mark? { timer?.mark }

  /// Counts a kernel's time on the interior.
  func record(interiorSince mark: Timer.Mark?) {
    guard let timer, let stopwatches, let mark else { return }
    timer.record(stopwatches.interior, since: mark, bytes: 0)
  }

  /// Counts a kernel's time on the boundary slabs.
  func record(boundarySince mark: Timer.Mark?) {
    guard let timer, let stopwatches, let mark else { return }
    timer.record(stopwatches.boundary, since: mark, bytes: 0)
  }
}

// MARK: - The fields of an exchange

extension HaloRunner {
  private func bind(listing listed: (inout FieldList) -> Void) throws(HaloError) {
    listed(&list)
    defer { list.removeAll() }
    try checkList()
    swap(&list.storages, &flying)
    isInFlight = true
    for index in flying.indices {
      guard let storage = flying[index] else { continue }
      binding.bind(storage, at: index, number: numbers[index])
      if fields.continues[index], flying[index - 1] === storage { continue }
      guard unsafe !storage.isInFlight else {
        fatalError(
          "Halo: field \(fields.labels[index]) is in two exchanges at once, or twice in one; "
            + "end the first exchange before the second")
      }
      unsafe storage.runner = self
      unsafe storage.isInFlight = true
    }
  }

  /// Refuses a list that is not what the plan was built for.
  private func checkList() throws(HaloError) {
    guard list.storages.count == fields.descriptors.count else {
      throw listMismatch("number of fields", "\(fields.descriptors.count)", "\(list.storages.count)")
    }
    for index in list.storages.indices { try check(index) }
    guard list.vectors == fields.vectors else {
      throw listMismatch("vectors", fields.text(of: fields.vectors), fields.text(of: list.vectors))
    }
    guard list.components == fields.components else {
      throw listMismatch("components", fields.text(of: fields.components), fields.text(of: list.components))
    }
  }

  private func listMismatch(_ property: String, _ expected: String, _ found: String) -> HaloError {
    .fieldMismatch(
      FieldMismatch(
        rank: communicator.rank, peer: nil, field: "list", property: property, expected: expected,
        found: found, advice: "list the fields that the plan was built for, in the same order"))
  }

  /// Refuses a field that is not what the plan was built for.
  private func check(_ index: Int) throws(HaloError) {
    let field = list.storages[index]
    if let field, let number = known[index].number(of: field) {
      numbers[index] = number
      return
    }
    guard field?.descriptor == fields.descriptors[index]?.whole else {
      throw .fieldMismatch(mismatch(at: index, found: field))
    }
    if let field { numbers[index] = known[index].insert(field) }
  }

  private func release() {
    isInFlight = false
    communicator.underWay.remove(self)
    for index in flying.indices {
      unsafe flying[index]?.isInFlight = false
      unsafe flying[index]?.runner = nil
    }
    flying.removeAll(keepingCapacity: true)
    binding.unbind()
  }

  private func checkUnmoved() {
    defer { list.removeAll() }
    guard list.storages.count == flying.count else {
      fatalError(
        "Halo: fields were added or removed while an exchange is in flight; do so before or after it")
    }
    for index in flying.indices where list.storages[index] !== flying[index] {
      fatalError(
        "Halo: field \(fields.labels[index]) was replaced while an exchange is in flight; swap after it")
    }
  }

  private func mismatch(at index: Int, found storage: FieldStorage?) -> FieldMismatch {
    func mismatch(_ property: String, _ expected: String, _ found: String) -> FieldMismatch {
      FieldMismatch(
        rank: communicator.rank, peer: nil, field: fields.labels[index], property: property,
        expected: expected, found: found)
    }
    guard let expected = fields.descriptors[index] else {
      return mismatch("presence", "no field", "a field")
    }
    guard let found = storage?.descriptor else { return mismatch("presence", "a field", "nil") }
    if expected.dtype != found.dtype {
      return mismatch("dtype", expected.dtype.description, found.dtype.description)
    }
    if expected.block != found.block { return mismatch("block", "\(expected.block)", "\(found.block)") }
    if expected.extents != found.extents {
      return mismatch("extents", expected.extents.description, found.extents.description)
    }
    if expected.axes != found.axes { return mismatch("axes", "\(expected.axes)", "\(found.axes)") }
    if expected.haloBelow != found.haloBelow || expected.haloAbove != found.haloAbove {
      return mismatch("halo", expected.haloDescription, found.haloDescription)
    }
    return mismatch("strides", expected.strides.description, found.strides.description)
  }
}
