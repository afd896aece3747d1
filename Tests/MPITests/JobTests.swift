import Glibc
import MPI
import Testing

/// Whole programs around `MPI.run`, each of which ends its process: run one by one, under mpirun, by
/// Tests/Scripts/self-test.sh with `HALO_JOB=NAME`.
@Suite struct JobTests {
  private struct Trouble: Error, CustomStringConvertible {
    var description: String
  }

  private static let job = Environment["HALO_JOB"]

  @Test(.enabled("see Tests/Scripts") { job != nil })
  func runs() throws {
    MPI.run { world in
      switch JobTests.job {
      case "same":
        throw Trouble(description: "the halo is wider\nthan the block")
      case "different":
        throw Trouble(description: world.rank == 2 ? "no memory" : "no field")
      case "one":
        if world.rank == 2 { throw Trouble(description: "no memory") }
        try world.barrier()
      case "timeout":
        world.timeLimit = .milliseconds(300)
        // A long send that nobody receives cannot be taken back: it ends the job on the spot.
        if world.rank == 0 {
          try world.send([Int](repeating: 0, count: 1_000_000).span, to: 1, tag: 5)
          MPI.writeError("went on after the time limit")
        } else {
          sleep(3)
        }
      case "sum":
        let sum = try world.allReduce(world.rank, .sum)
        if world.rank == 0 { MPI.writeError("the sum is \(sum)") }
      default:
        throw Trouble(description: "there is no job \(JobTests.job ?? "")")
      }
    }
  }
}
