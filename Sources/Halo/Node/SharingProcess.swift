internal import Glibc
internal import MPI
internal import Strided

/// What the processes of a node tell each other before they share memory; the same type of bytes in each.
struct SharingProcess: BitwiseCopyable, ArrayElement {
  /// Tells the process from all others, also from one of the same number in another container.
  let token: UInt64
  /// Its number in its own process namespace.
  let number: Int32
  /// Its rank in the communicator that wants to share.
  let rank: Int32
  /// Its process namespace, within which numbers mean the same to all.
  let processNamespace: UInt64
  /// The file system under `/dev/shm`, the same only where files in it are the same.
  let sharedFolder: UInt64
  /// The bytes of memory of its machine.
  let memoryByteCount: Int
  /// How it is to share memory, by place in `SharedMemoryChoice.allCases`.
  private let choiceNumber: Int

  /// How it is to share memory.
  var choice: SharedMemoryChoice { SharedMemoryChoice.allCases[choiceNumber] }

  /// This process.
  init(rank: Int, choice: SharedMemoryChoice) {
    token = Self.ownToken
    number = getpid()
    self.rank = Int32(rank)
    processNamespace = Self.status(of: "/proc/self/ns/pid").map { UInt64($0.st_ino) } ?? 0
    sharedFolder = Self.status(of: FileOffer.folder).map { UInt64($0.st_dev) } ?? 0
    memoryByteCount = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
    choiceNumber = SharedMemoryChoice.allCases.firstIndex(of: choice) ?? 0
  }

  /// Whether it comes first among processes.
  func isFirst(of processes: [SharingProcess]) -> Bool { processes.first?.token == token }

  /// Says something of memory on standard error, in a line with this process's rank.
  func warn(_ problem: String) { MPI.writeError("rank \(rank): warning: \(problem)") }

  /// Drawn once a process; never 0, which is what memory holds that nobody has written to.
  private static let ownToken = UInt64.random(in: 1...UInt64.max)

  private static func status(of path: String) -> stat? {
    var status = stat()
    return unsafe stat(path, &status) == 0 ? status : nil
  }
}
