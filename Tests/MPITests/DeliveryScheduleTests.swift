import Testing

@testable import MPI

@Suite struct DeliveryScheduleTests {
  @Test func delaysFollowFromTheSeed() {
    func delays(_ seed: UInt64, communicator: UInt64 = 0, rank: Int = 0, source: Int = 1) -> [Int64] {
      let schedule = DeliverySchedule(seed: seed, communicator: communicator, rank: rank)
      return (0..<100).map { schedule.delay(of: $0, from: source) }
    }
    #expect(delays(3) == delays(3))
    let others = [delays(4), delays(3, communicator: 1), delays(3, rank: 1), delays(3, source: 2)]
    #expect(others.allSatisfy { $0 != delays(3) })
    #expect(delays(3).allSatisfy { (0..<250_000).contains($0) } && Set(delays(3)).count > 90)
  }

  @Test func aboutHalfOfTheShortMessagesAreCopied() {
    let schedule = DeliverySchedule(seed: 11, communicator: 0, rank: 2)
    let copied = (0..<1000).filter { schedule.copies($0, from: 1) }.count
    #expect((400..<600).contains(copied))
  }
}
