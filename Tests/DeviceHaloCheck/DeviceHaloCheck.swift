import Glibc
import Halo
import SeededRandom

/// Updates the halos of random plans of fields in a device's memory, by every route that there is, and compares every
/// cell with its value from global coordinates.
///
///     mpirun -n 4 device-halo-check --memory cuda --cases 100
///     device-halo-check --memory cuda --name                  prints the device's name, or why there is none
///
/// The seed is printed first, and `HALO_TEST_SEED` sets it; `--case 17` repeats one case of it. The last line is
/// `N checks, M wrong`, and the exit status 1 if a cell was wrong.
@main
struct DeviceHaloCheck {
  static func main() {
    do {
      let options = try Options(Array(CommandLine.arguments.dropFirst()))
      guard !options.showsName else { return print(try options.memory.opened()?.description ?? "host") }
      exit(MPI.run { world in try isRight(options, over: world) } ? 0 : 1)
    } catch {
      writeError("device-halo-check: \(error)")
      exit(64)
    }
  }

  /// Whether no cell of any case was wrong, on all ranks alike.
  private static func isRight(_ options: Options, over world: Communicator) throws -> Bool {
    let seed = try world.broadcast(SeededGenerator.seed, from: 0)
    let device = try options.memory.opened()
    if world.rank == 0 {
      print("HALO_TEST_SEED=\(seed), \(world.size) ranks, memory of \(device?.description ?? "the host")")
    }
    let tally = Tally(over: world)
    let bench = Bench(world: world, memory: options.memory, device: device, tally: tally)
    for number in options.cases {
      var chance = Chance(seed: seed, case: number)
      do {
        try bench.run(&chance)
      } catch {
        throw Failure("case \(number): \(error)")
      }
      if let wrong = tally.takeNews() { print("case \(number), rank \(world.rank): \(wrong)") }
    }
    fflush(nil)
    try world.barrier()
    if world.rank == 0 { tally.printSummary() }
    return tally.wrong == 0
  }
}

private func writeError(_ line: String) {
  let bytes = Array("\(line)\n".utf8)
  _ = unsafe bytes.withUnsafeBytes { unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
}
