import MPI
import Testing

@Suite struct PersistentRequestTests {
  @Test func elementsBelongToMPIWhilePending() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      MPI.run { world in
        var receive = try world.persistentReceive(repeating: 0.0, count: 4, from: 0, tag: 0)
        try receive.start()
        _ = receive.elements.count
      }
    }
    let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(text.contains("wait for it first"), "\(text)")
  }
}
