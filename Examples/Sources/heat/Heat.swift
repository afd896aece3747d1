import ArgumentParser
import ExampleSupport
import Glibc
import Halo

@main
struct Heat: ParallelCommand {
  static let configuration = CommandConfiguration(
    commandName: "heat",
    abstract:
      "Heat spreads through a periodic cube; the error against the exact solution falls with the cells' square.",
    discussion: """
      Solves ∂u/∂t = ∇²u for a product of sines, whose exact solution is known, on grids of SIZE, 2·SIZE, 4·SIZE … cells \
      an axis over the same time, and prints the largest error of each and the order of convergence, and a checksum of all grids, which is the same on \
      any number of ranks and in the memory of any device.
      """)

  @Option(help: "Cells an axis of the coarsest grid.")
  var size = 24

  @Option(help: "Steps on the coarsest grid; each finer one takes four times as many over the same time.")
  var steps = 48

  @Option(help: "How many grids, each with twice the cells an axis of the one before.")
  var grids = 3

  @Option(help: "Where the fields lie: host, opencl, cuda or hip; the ranks of a node share its devices.")
  var memory = MemoryChoice.host

  func validate() throws {
    func check(_ condition: Bool, _ rule: String) throws {
      if !condition { throw ValidationError(rule) }
    }
    try check((4...1024).contains(size), "--size takes 4 to 1024 cells, not \(size)")
    try check((1...1_000_000).contains(steps), "--steps takes 1 to 1000000, not \(steps)")
    try check((1...6).contains(grids), "--grids takes 1 to 6, not \(grids)")
  }

  func run(over world: Communicator) throws {
    let timer = Timer(), device = try memory.device(over: world)
    var lastError: Double?, checksum = Checksum()
    if world.rank == 0 {
      let place = device.map { ", in memory of \($0)" } ?? ""
      print("heat: a periodic cube on \(world.size) rank\(world.size == 1 ? "" : "s")\(place)")
      print("cells an axis     steps   largest error   order")
    }
    for level in 0..<grids {
      let cells = size << level, steps = steps << (2 * level)
      let heat = try solve(cells: cells, steps: steps, on: device, over: world, timer: timer)
      let error = try largestError(of: heat, after: steps, cells: cells, over: world)
      checksum.add(heat, in: heat.owned)
      if world.rank == 0 {
        let order = lastError.map { log2($0 / error).fixed(3) } ?? "-"
        print(
          "\(cells)".rightAligned(13), "\(steps)".rightAligned(9), error.scientific(3).rightAligned(15),
          order.rightAligned(7))
      }
      lastError = error
    }
    let digits = try checksum.text(over: world)
    if world.rank == 0 { print("checksum \(digits)") }
    try TimingReport(timer, over: world).print()
  }
}
