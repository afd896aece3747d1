public import ArgumentParser
import Foundation
public import Halo

/// A command that all ranks of a job run together.
///
/// ```swift
/// @main struct Hello: ParallelCommand {
///   @Option var name = "world"
///   func run(over world: Communicator) throws { print("hello \(name) from rank \(world.rank)") }
/// }
/// ```
///
/// The command line is read once MPI runs, so that help and complaints about arguments are printed by rank 0 alone.
/// An error thrown by ``run(over:)`` is printed by the library, with the rank that met it, and ends the job.
public protocol ParallelCommand: ParsableCommand {
  /// What each rank does; `world` holds all of them.
  func run(over world: Communicator) throws
}

extension ParallelCommand {
  /// Runs the command under MPI; exits with status 64 where the arguments are not understood, as is usual for that.
  public static func main() {
    let status: ExitCode = MPI.run { world in
      let command: Self
      do {
        command = try parse()
      } catch {
        if world.rank == 0 { show(error) }
        return exitCode(for: error)
      }
      try command.run(over: world)
      return .success
    }
    exit(withError: status)
  }

  private static func show(_ error: any Error) {
    if exitCode(for: error) == .success {
      print(fullMessage(for: error))  // the help that was asked for
    } else {
      FileHandle.standardError.write(Data("error: \(message(for: error)) (see --help)\n".utf8))
    }
  }
}
