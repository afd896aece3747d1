import AllocationCounting
import ArgumentParser
import Halo

/// `halo-bench latency`: what a send scope and a receive scope cost beside the message.
struct Latency: Benchmark {
  static let configuration = CommandConfiguration(
    abstract: "Times a send scope and a receive scope around 1 KiB, and counts their allocations.",
    discussion: """
      A scope (withSendBuffer, withReceiveBuffer) lends a span that can be sent or received. Around a strided slab it \
      takes a buffer from the cache and packs into it or unpacks from it; around a contiguous slab it lends the array \
      itself. No message is sent. Buffers are in the cache by then, and everything is in the processor's.

      Allocations are the calls of malloc, calloc, realloc, aligned_alloc and posix_memalign in the whole process, by \
      whomever, on the thread that runs the scopes, divided by the scopes.
      """)

  @Option(parsing: .unconditional, help: "Seconds to measure for.")
  var seconds = 2.0

  @OptionGroup var output: OutputOptions

  func validate() throws { try checkSeconds(seconds) }

  func measure(over world: Communicator, writesTable: Bool) throws -> [JSON.Object] {
    let scopes = try Scopes()
    let contestants: [(slab: String, operation: String, contestant: Contestant)] = [
      ("strided", "send scope", Contestant(work: scopes.sendStrided)),
      ("strided", "receive scope", Contestant(work: scopes.receiveStrided)),
      (
        "strided", "both scopes",
        Contestant { repetitions in
          // A pair at a time would measure the views that a loop makes once.
          try scopes.sendStrided(repetitions)
          try scopes.receiveStrided(repetitions)
        }
      ),
      ("contiguous", "send scope", Contestant(work: scopes.sendContiguous)),
      ("contiguous", "receive scope", Contestant(work: scopes.receiveContiguous)),
    ]
    let times = try Measurement(seconds: seconds, eviction: nil).run(contestants.map(\.contestant))
    var figures: [DurationFigures] = []
    for ((slab, operation, contestant), time) in zip(contestants, times) {
      // What a loop makes once, its views, is what is left when one repetition is taken from many.
      let one = try AllocationCounting.count { try contestant.work(1) }
      let many = try AllocationCounting.count { try contestant.work(1001) }
      let allocations = Double(many.ours + many.mpi - one.ours - one.mpi) / 1000
      figures.append(
        DurationFigures(
          layout: slab, operation: operation, bytes: Scopes.slabBytes, seconds: time,
          allocations: AllocationCounting.isAvailable ? allocations : nil))
    }
    if writesTable {
      DurationFigures.writeTable("slab of 1 KiB, runs of 16 bytes where it is strided; ns a scope", figures)
    }
    return figures.map(\.json)
  }
}
