internal import CMPI
internal import Glibc
internal import Synchronization

/// The Message Passing Interface's life in this process: it begins and ends once.
///
/// ```swift
/// MPI.run { world in
///   let sum = try world.allReduce(Double(world.rank), .sum)
///   if world.rank == 0 { print("\(world.size) ranks, sum of ranks \(sum)") }
/// }
/// ```
public enum MPI {
  /// Initialises MPI, runs `body` with the communicator of all ranks, and finalises MPI.
  ///
  /// Without `mpirun` the program runs as one rank. An error that leaves `body` ends the job for all ranks:
  /// it is printed to standard error in one line with its rank (`rank 2: error: …`; once for all, if all
  /// ranks meet the same error within half a second), and the exit status is 1. So does a thread level that
  /// the MPI library cannot give, and a malformed `HALO_TIMEOUT` or `HALO_SHARED_MEMORY`.
  ///
  /// Traps if it is called a second time: MPI can be initialised once in a process.
  ///
  /// - Parameters:
  ///   - threadLevel: How this program's threads will call MPI.
  ///   - body: The program; its communicator must not be used after it returns.
  /// - Returns: What `body` returns.
  @discardableResult
  public static func run<R>(threadLevel: ThreadLevel = .serialized, _ body: (Communicator) throws -> R) -> R {
    let world = initialize(threadLevel: threadLevel)
    do {
      let result = try body(world)
      finalize()
      return result
    } catch {
      fail(error)
    }
  }

  /// Whether MPI runs: initialised and not yet finalised.
  public static var isInitialized: Bool { session.phase.load(ordering: .acquiring) == Session.running }

  /// Whether MPI has been finalised; it cannot run again in this process.
  public static var isFinalized: Bool { session.phase.load(ordering: .acquiring) == Session.finalized }

  /// The name and version that the MPI library gives of itself, in one line.
  public static var libraryVersion: String {
    unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(CMPI_VERSION_CAPACITY)) { text in
      unsafe text.initialize(repeating: 0)
      var length: Int32 = 0
      guard unsafe MPI_Get_library_version(text.baseAddress, &length) == MPI_SUCCESS else { return "unknown" }
      return unsafe oneLine(String(decoding: UnsafeRawBufferPointer(text).prefix(Int(length)), as: UTF8.self))
    }
  }

  /// Seconds of a clock that only moves forward; its zero is arbitrary and differs between nodes.
  public static func wallTime() -> Double { Double(CMPI_nanoseconds()) * 1e-9 }

  /// Initialises MPI; `run` in two halves, for callers whose control flow is not theirs (a test runner).
  package static func initialize(threadLevel: ThreadLevel = .serialized) -> Communicator {
    let (first, phase) = session.phase.compareExchange(
      expected: Session.untouched, desired: Session.running, ordering: .acquiringAndReleasing)
    guard first else {
      fatalError(
        phase == Session.finalized
          ? "MPI has been finalised and cannot be initialised again: call MPI.run once, around the whole program"
          : "MPI is running already: call MPI.run once, around the whole program")
    }
    var initialized: Int32 = 0
    guard unsafe MPI_Initialized(&initialized) == MPI_SUCCESS, initialized == 0 else {
      fatalError("another part of this program has called MPI_Init: leave that to MPI.run")
    }
    if !isLaunched {
      // Open MPI would start a daemon for a single process, and complain where it is not installed.
      unsafe setenv("OMPI_MCA_ess_singleton_isolated", "1", 0)
    }
    var provided: Int32 = 0
    let code = unsafe CMPI_Init_thread(threadLevel.code, &provided)
    guard code == MPI_SUCCESS else {
      writeError("error: MPI_Init_thread failed with code \(code)")
      exit(1)
    }
    return start(threadLevel: threadLevel, provided: provided)
  }

  /// Finalises MPI: all ranks meet here.
  package static func finalize() {
    guard isInitialized else { fatalError("MPI is not running, so it cannot be finalised") }
    for window in session.windows.withLock({ $0 }) { window.end() }
    if var handle = session.announcements.withLock({ $0.take() }) { _ = unsafe CMPI_Comm_free(&handle) }
    session.phase.store(Session.finalized, ordering: .releasing)
    _ = MPI_Finalize()
  }

  private static func start(threadLevel: ThreadLevel, provided: Int32) -> Communicator {
    let world = CMPI_COMM_WORLD()
    var announcements = CMPI_COMM_NULL()
    do {
      try check(CMPI_Comm_return_errors(world), "MPI_Comm_set_errhandler")
      try check(unsafe CMPI_Comm_dup(world, &announcements), "MPI_Comm_dup")
      try check(CMPI_Comm_return_errors(announcements), "MPI_Comm_set_errhandler")
      session.announcements.withLock { [announcements] in $0 = announcements }
      guard provided >= threadLevel.code else {
        throw StartError.threadLevel(needed: threadLevel, provided: ThreadLevel(code: provided))
      }
      _ = try SharedMemoryChoice(environment: SharedMemoryChoice.variable)
      return try Communicator(borrowing: world, timeLimit: TimeLimit(environment: "HALO_TIMEOUT"))
    } catch {
      fail(error)
    }
  }

  private static func check(_ code: Int32, _ function: StaticString) throws(MPIError) {
    if code != MPI_SUCCESS { throw MPIError(code: code, function: function, rank: 0) }
  }

  /// Traps unless MPI runs.
  static func requireRunning() {
    guard session.phase.load(ordering: .relaxed) == Session.running else { notRunning() }
  }

  @inline(never)
  private static func notRunning() -> Never {
    fatalError(
      isFinalized
        ? "a communicator was used after MPI was finalised: use it only inside the closure of MPI.run"
        : "MPI was used before it was initialised: use it inside the closure of MPI.run")
  }

  /// Whether a launcher such as mpirun started this process.
  package static var isLaunched: Bool {
    for name in ["OMPI_COMM_WORLD_SIZE", "PMIX_RANK", "PMI_RANK", "PMI_FD", "PMI_PORT"] {
      if unsafe getenv(name) != nil { return true }
    }
    return false
  }

  /// What is kept for as long as MPI runs.
  ///
  /// One a process, as MPI itself is.
  struct Session: ~Copyable {
    static let untouched: UInt8 = 0
    static let running: UInt8 = 1
    static let finalized: UInt8 = 2

    let phase = Atomic<UInt8>(Session.untouched)
    /// A communicator of the library's own, on which failing ranks tell each other of it.
    let announcements = Mutex<CMPI_Comm?>(nil)
    /// All windows, in the order in which they were made, which is the same on the ranks that share one.
    let windows = Mutex<[SharedWindow]>([])
  }

  static let session = Session()
}

/// What can be wrong at the start, beside the MPI library's own errors.
enum StartError: Error, CustomStringConvertible {
  case threadLevel(needed: ThreadLevel, provided: ThreadLevel)
  case timeLimit(variable: String, value: String)
  case choice(variable: String, value: String, known: [String])

  var description: String {
    switch self {
    case .threadLevel(let needed, let provided):
      "this program needs MPI with thread level \(needed), but \(MPI.libraryVersion) provides only \(provided)"
    case .timeLimit(let variable, let value):
      "\(variable) is \"\(value)\": give a number of seconds, or 0 for no limit"
    case .choice(let variable, let value, let known):
      "\(variable) is \"\(value)\": give one of \(known.joined(separator: ", "))"
    }
  }
}
