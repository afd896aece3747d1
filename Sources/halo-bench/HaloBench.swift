import ArgumentParser
import Glibc
import Halo

/// The program: chooses a command and runs it under MPI.
@main struct HaloBench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "halo-bench",
    abstract: "Measures on this machine what swift-halo costs, and what the alternatives cost.",
    discussion: """
      Runs on one rank, with or without mpirun. All that is compared is measured in turn within one run, so that \
      ratios hold where the figures themselves depend on what else the machine does.
      """,
    subcommands: [Pack.self, Latency.self, Timing.self])

  /// Reads the command line before MPI starts, so that a mistake costs nothing; exits with status 64 then.
  static func main() {
    do {
      var command = try parseAsRoot()
      guard let benchmark = command as? any Benchmark else { return try command.run() }
      let output = try benchmark.output.json.map { try OutputFile(path: $0) }
      let status: ExitCode = MPI.run { world in
        guard world.size == 1 else {
          if world.rank == 0 {
            writeError("started on \(world.size) ranks, and measures one: mpirun -n 1, or no mpirun")
          }
          return .validationFailure
        }
        let results = try benchmark.measure(over: world, writesTable: output?.isStandardOutput != true)
        try output?.write(JSON.array(results))
        return .success
      }
      Glibc.exit(status.rawValue)
    } catch {
      guard exitCode(for: error) != .success else { return print(fullMessage(for: error)) }
      writeError(message(for: error))
      Glibc.exit(ExitCode.validationFailure.rawValue)
    }
  }
}

/// A command that measures something once its arguments are known to be good and MPI runs.
protocol Benchmark: ParsableCommand {
  var output: OutputOptions { get }

  /// Measures, writes the table unless told not to, and returns the results for programs.
  func measure(over world: Communicator, writesTable: Bool) throws -> [JSON.Object]
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
