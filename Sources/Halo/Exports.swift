// `import Halo` is all that a simulation needs.
@_exported public import MPI
@_exported public import Memory
@_exported public import Staging
@_exported public import Strided
@_exported public import Timing
@_exported public import Topology
