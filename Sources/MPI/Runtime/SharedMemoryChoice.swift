internal import Glibc

/// How the ranks of a node are to share memory: what the environment variable `HALO_SHARED_MEMORY` says.
package enum SharedMemoryChoice: String, Sendable, CaseIterable {
  /// In the first of the following ways that works.
  case automatic = "auto"
  /// In a file of memory without a name (`memfd_create`), which the others open through `/proc`.
  case memfd
  /// In a file under `/dev/shm`, whose name is taken away once all have opened it.
  case posix
  /// In a window of the MPI library's.
  case mpi
  /// Not at all.
  case off

  package static let variable = "HALO_SHARED_MEMORY"

  /// From an environment variable; unset is automatic.
  init(environment variable: String) throws(StartError) {
    guard let text = unsafe getenv(variable) else {
      self = .automatic
      return
    }
    let value = unsafe String(cString: text)
    guard let choice = SharedMemoryChoice(rawValue: value) else {
      throw .choice(variable: variable, value: value, known: Self.allCases.map(\.rawValue))
    }
    self = choice
  }

  /// What the environment says, which was found to be right when MPI was initialised.
  package static var ofEnvironment: SharedMemoryChoice { (try? Self(environment: variable)) ?? .automatic }
}
