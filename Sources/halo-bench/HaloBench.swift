import ArgumentParser
import Glibc
import Halo

/// The program: chooses a command and runs it under MPI.
@main struct HaloBench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "halo-bench",
    abstract: "Measures on this machine what swift-halo costs, and what the alternatives cost.",
    discussion: """
      All that is compared is measured in turn within one run, so that ratios hold where the figures themselves depend \
      on what else the machine does. exchange runs under mpirun; the others on one rank, with or without it.
      """,
    subcommands: [Pack.self, Exchange.self, Latency.self, Timing.self])

  /// Reads the command line before MPI starts, so that a mistake costs nothing; exits with status 64 then.
  static func main() {
    do {
      var command = try parseAsRoot()
      guard let benchmark = command as? any Benchmark else { return try command.run() }
      Glibc.exit(run(benchmark).rawValue)
    } catch {
      end(error)
    }
  }

  private static func run(_ benchmark: any Benchmark) -> ExitCode {
    MPI.run { world in
      do {
        guard world.size == 1 || !benchmark.isForOneRank else {
          throw ValidationError("started on \(world.size) ranks, and measures one: mpirun -n 1, or no mpirun")
        }
        let output = try OutputFile.opened(benchmark.output.json, over: world)
        let writesTable = world.rank == 0 && output?.isStandardOutput != true
        let results = try benchmark.measure(over: world, writesTable: writesTable)
        try output?.write(JSON.array(results))
        return .success
      } catch let mistake as ValidationError {
        // All ranks have made it.
        if world.rank == 0 { writeError(mistake.message) }
        try world.barrier()
        return .validationFailure
      }
    }
  }

  /// Writes help that was asked for, or what is wrong with the command line.
  ///
  /// Under a launcher rank 0 alone writes, and all wait for it: as soon as one has failed, the others are ended.
  private static func end(_ error: any Error) {
    let isMistake = exitCode(for: error) != .success
    func write() {
      if isMistake { writeError(message(for: error)) } else { print(fullMessage(for: error)) }
    }
    if isLaunched {
      MPI.run { world in
        if world.rank == 0 { write() }
        try world.barrier()
      }
    } else {
      write()
    }
    Glibc.exit(isMistake ? ExitCode.validationFailure.rawValue : 0)
  }
}

/// A command that measures something once its arguments are known to be good and MPI runs.
protocol Benchmark: ParsableCommand {
  var output: OutputOptions { get }

  /// Whether more ranks than one would only disturb each other.
  var isForOneRank: Bool { get }

  /// Measures, writes the table unless told not to, and returns the results for programs, which count on rank 0.
  ///
  /// - Throws: `ValidationError` where the ranks do not suit the arguments, on all of them.
  func measure(over world: Communicator, writesTable: Bool) throws -> [JSON.Object]
}

extension Benchmark {
  var isForOneRank: Bool { true }
}

/// Refuses a time that nobody can have meant.
func checkSeconds(_ seconds: Double) throws {
  guard seconds >= 0, seconds <= 3600 else {
    throw ValidationError("--seconds \(seconds): give a number from 0 to 3600")
  }
}

/// What all commands can be told about their results.
struct OutputOptions: ParsableArguments {
  @Option(help: "Also write the results to this file as JSON; - is standard output, without the table.")
  var json: String?
}
