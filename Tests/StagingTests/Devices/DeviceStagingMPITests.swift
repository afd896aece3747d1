import DeviceTesting
import MPI
import MPITesting
import Memory
import SeededRandom
import Staging
import Strided
import Testing

/// Arrays of devices sent between ranks that share them, every element compared.
@Suite(.serialized, .mpi) struct DeviceStagingMPITests {
  private let world = MPITesting.world
  private let cache = BufferCache()

  private var left: Int { (world.rank + world.size - 1) % world.size }
  private var right: Int { (world.rank + 1) % world.size }

  private func values(_ count: Int, of rank: Int) -> [Double] { (0..<count).map { Double(1000 * rank + $0) } }

  @Test(arguments: TestDevice.all) func boxesTravelBetweenDevices(_ which: TestDevice) throws {
    let seed = try world.broadcast(SeededGenerator.seed, from: 0)
    for round in MPITesting.rounds(12) {
      var generator = SeededGenerator(seed: seed, stream: UInt64(7000 + round))
      let box = RandomBox(itemSize: 8, rank: round % 5, using: &generator)
      let (layout, count) = box.layout.elsewhere
      let source = try DeviceArray<Double>.over(
        values(box.storageCount, of: world.rank), box.layout, on: which)
      let target = try DeviceArray<Double>.over([Double](repeating: -7, count: count), layout, on: which)
      try withReceiveBuffer(target, cache: cache) { incoming in
        try withSendBuffer(source, cache: cache) { outgoing in
          let request = try world.startSend(outgoing, to: right, tag: 5)
          try world.receive(into: &incoming, from: left, tag: 5)
          try request.wait()
        }
      }
      var expected = [Double](repeating: -7, count: count)
      let sent = values(box.storageCount, of: left)
      for (from, to) in zip(box.layout.places, layout.places) { expected[to] = sent[from] }
      try expectOnAllRanks(
        try target.allValues(count, filler: 0) == expected, "seed \(seed), round \(round), \(which)")
    }
    try expectOnAllRanks(cache.statistics.lentBuffers == 0)
  }
}
