import MPI
import MPITesting
import Testing

@Suite(.serialized, .mpi) struct CollectivesMPITests {
  let world = MPITesting.world

  @Test func barrier() throws {
    try world.barrier()
  }
}
