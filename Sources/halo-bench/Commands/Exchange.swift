import ArgumentParser
import Halo

/// `halo-bench exchange`: what a halo update takes, phase by phase.
struct Exchange: Benchmark {
  static let configuration = CommandConfiguration(
    abstract: "Times the halo updates of a three-dimensional grid by each route, under mpirun.",
    discussion: """
      Each rank has a block of --local cells, the fastest axis last, and the blocks are put together by --process-grid. \
      One update fills the halo of all fields. At first every cell, in the halo and not, is compared with its value \
      from global coordinates. Then updates are timed, with a barrier before each; of each the slowest rank's time \
      counts.

      The phases are timed in updates of their own, in turn with those: packing, starting messages (send), copies \
      within the rank (wrap), waiting, unpacking (by route window, copying out of the sender's array), and what the \
      plan itself takes beside all of these. Packing, copies and unpacking are the copy kernels, send and wait are the \
      MPI library and what it waits for. The figures of a phase are the slowest rank's too, so that those of all \
      phases may add up to more than an update.

      A route is the way that values take from one rank to another:
      \(help(of: .host))
      With --memory, the fields lie in a device's memory, which all ranks share, and the routes are:
      \(help(of: .opencl))
      With auto the plan measures when it is built which is fastest, for each peer; the environment variable \
      HALO_ROUTE, if set, decides instead. Ranks that cannot reach each other's memory go packed instead of by window \
      or window-packed.

      --compare builds one plan for each route that leads anywhere, and one for auto, over the same fields, and times \
      one update of each a round, in an order that changes, each warmed by an update of its own. Beside them it times:

      A bare copy: each rank copies as many boxes of the same shapes to the same places of its halos, those that come \
      from others out of fields of its own that stand in for theirs, by the same copy kernels, without waiting for \
      anyone. An update by any route has at least this to do.

      An exchange by route window with nothing to copy, one byte each way, between the same ranks: what it takes to \
      say that cells are ready and have been taken; 10 of them a sample.

      With --memory, an update is timed until the device has filled the halo, and beside it until it is under way \
      (start), when all that the processor has left to do for it is to wait and to pass on. Phases are the processor's: \
      giving work to the device (pack), starting messages, waiting for them; what is left is the plan's and the device's \
      own. --compare times a copy of as many bytes by the device itself in place of the bare copy and the empty exchange.

      Values are moved as bytes, so that --dtype only says how many a cell has.

      The JSON is an array of one object, or with --compare of one for each route. Its bytes_per_rank and \
      messages_per_rank are the most that a rank sends to others in one update; by the routes through shared memory \
      there are no messages.
      """)

  @Option(
    parsing: .unconditional, help: "Owned cells of each rank along each of three axes.",
    transform: Extents.init(parsing:))
  var local = Extents([64, 64, 64])

  @Option(parsing: .unconditional, help: "Halo cells on each side of each axis.")
  var halo = 3

  @Option(parsing: .unconditional, help: "Fields that are exchanged together.")
  var fields = 3

  @Option(
    parsing: .unconditional, help: "Ranks along each axis. (default: all along the first)",
    transform: Extents.init(parsing:))
  var processGrid: Extents?

  @Option(help: "Type of a cell: \(NamedDType.names).", transform: NamedDType.init(parsing:))
  var dtype = NamedDType(.float64)

  @Flag(help: "Whether edges and corners of the halo are filled, or faces only.")
  var stencil = NamedStencil.corners

  @Option(
    help: "Whether each axis closes on itself, 1 or 0 for each.", transform: PeriodicAxes.init(parsing:))
  var periodic = PeriodicAxes()

  @Option(parsing: .unconditional, help: "Updates to time.")
  var reps = 500

  @Option(
    help: "The way to other ranks: \(RouteChoice.names()). (default: auto)",
    transform: RouteChoice.init(parsing:))
  var route: RouteChoice?

  @Option(help: "Whose memory the fields lie in: \(MemoryChoice.names); its first device.")
  var memory = MemoryChoice.host

  @Flag(help: "Time all routes in turn, beside a bare copy of the same cells.")
  var compare = false

  @OptionGroup var output: OutputOptions

  var isForOneRank: Bool { false }

  private static func help(of memory: MemoryChoice) -> String {
    memory.routes.map { "  \($0.description.left(13)) \($0.summary)" }.joined(separator: "\n")
  }

  /// The most updates whose times are kept.
  private static let mostUpdates = 1_000_000

  func validate() throws {
    guard reps >= 1, reps <= Self.mostUpdates else {
      throw ValidationError("--reps \(reps): give a number from 1 to \(Self.mostUpdates)")
    }
    guard !compare || route == nil else {
      throw ValidationError("--compare: takes all routes in turn; leave out --route")
    }
    if let route, route.route != nil, route.isForDevices == (memory == .host) {
      throw ValidationError(
        "--route \(route): not between fields in \(memory.rawValue) memory; give one of "
          + RouteChoice.names(memory.routes))
    }
    try limits.checkBlocks()
  }

  private var limits: ExchangeLimits {
    ExchangeLimits(
      block: FieldLimits(option: "--local", shape: local.extents, halo: halo, dtype: dtype), fields: fields,
      processGrid: processGrid?.extents, needsTwin: compare)
  }

  func measure(over world: Communicator, writesTable: Bool) throws -> [JSON.Object] {
    let setup = ExchangeSetup(
      local: local.extents, halo: halo, fields: fields, processGrid: try limits.processGrid(over: world),
      dtype: dtype, stencil: stencil.stencil, periodic: periodic.axes, repetitions: reps,
      device: try memory.opened())
    // Cells are copied as bytes, so that an unsigned integer of their size may stand for their type.
    return switch dtype.dtype.size {
    case 1: try results(of: UInt8.self, setup, over: world, writesTable)
    case 2: try results(of: UInt16.self, setup, over: world, writesTable)
    case 4: try results(of: UInt32.self, setup, over: world, writesTable)
    case 8: try results(of: UInt64.self, setup, over: world, writesTable)
    default: try results(of: UInt128.self, setup, over: world, writesTable)
    }
  }

  private func results<Cell: ArrayElement & FixedWidthInteger & UnsignedInteger>(
    of cell: Cell.Type, _ setup: ExchangeSetup, over world: Communicator, _ writesTable: Bool
  ) throws -> [JSON.Object] {
    if compare {
      let figures = try RouteComparison<Cell>(setup, routes: memory.routes, over: world).figures()
      if writesTable { figures.writeTable() }
      return figures.json
    }
    let figures = try ExchangeBenchmark<Cell>(setup, route: route ?? .automatic, over: world).figures()
    if writesTable { figures.writeTable() }
    return [figures.json]
  }
}
