internal import MPI

/// A way in which processes of a node can come to share memory.
enum SharingWay: CaseIterable {
  /// A file of memory without a name, opened through `/proc`.
  case memfd
  /// A file of a name that is soon taken away.
  case posix
  /// A window of the MPI library's.
  case mpi

  /// Whether a process may go this way.
  func isOpen(to process: SharingProcess) -> Bool {
    switch process.choice {
    case .automatic: true
    case .memfd: self == .memfd
    case .posix: self == .posix
    case .mpi: self == .mpi
    case .off: false
    }
  }

  /// What is equal of processes that can share memory in this way, as far as can be seen beforehand.
  func place(of process: SharingProcess) -> [UInt64] {
    switch self {
    case .memfd: [process.processNamespace]
    case .posix: [process.sharedFolder]
    case .mpi: [process.processNamespace, process.sharedFolder]
    }
  }

  /// The processes that may go this way, in groups that can do so together; each group and the groups in order.
  func groups(of processes: [SharingProcess]) -> [[SharingProcess]] {
    var groups: [[SharingProcess]] = []
    for process in processes where isOpen(to: process) {
      if let group = groups.firstIndex(where: { place(of: $0[0]) == place(of: process) }) {
        groups[group].append(process)
      } else {
        groups.append([process])
      }
    }
    return groups
  }

  /// All ways in the order in which processes of a node try them: that which keeps most together first.
  static func inOrder(for processes: [SharingProcess]) -> [SharingWay] {
    let joinsMore = posix.groups(of: processes).count < memfd.groups(of: processes).count
    return joinsMore ? [.posix, .memfd, .mpi] : [.memfd, .posix, .mpi]
  }
}

extension SharingWay: CustomStringConvertible {
  /// What people know the memory as.
  var description: String {
    switch self {
    case .memfd: "memfd"
    case .posix: FileOffer.folder
    case .mpi: "MPI window"
    }
  }
}
