public import MPI
public import Memory

extension Allocator {
  /// Memory that the ranks of a node share; collective over a communicator that has some of them.
  ///
  /// What fields on a grid are made of unless they are given another allocator. For fields on no grid, such as the blocks
  /// of links of a list, it is to be asked for:
  ///
  /// ```swift
  /// let memory = try Allocator.shared(onNodeOf: world)
  /// var u = try Field<Double, 2>([8, 6], halo: 1, repeating: 0, allocator: memory)
  /// ```
  ///
  /// Fields lie on pages of 2 MiB where the kernel has them, and may outlive grids and communicators. Where ranks cannot
  /// share memory, because they run on nodes of their own or the system refuses it, this is ``hugePages``; when a part of
  /// the shared memory that a rank has taken cannot grow, the rank says so once, and further fields are as if made of that.
  ///
  /// - Throws: `HaloError.mpi` if a rank does not come.
  public static func shared(onNodeOf communicator: Communicator) throws(HaloError) -> Allocator {
    try HaloError.rethrow { () throws(MPIError) in try NodeMemory.joined(by: communicator) }.allocator
  }
}
