import Glibc
import MPI
import SeededRandom

/// What keeps a rank from going on at once, most often nothing.
enum Delay {
  case none
  case yield(times: Int)
  case sleep(microseconds: UInt32)
  case work(microseconds: Int)

  init(_ chance: inout Chance) {
    self =
      switch chance.number(in: 0...19) {
      case 0...2: .yield(times: chance.number(in: 1...5))
      case 3: .sleep(microseconds: UInt32(chance.number(in: 1...300)))
      case 4...5: .work(microseconds: chance.number(in: 1...100))
      default: .none
      }
  }

  func pass() {
    switch self {
    case .none: break
    case .yield(let times): for _ in 0..<times { sched_yield() }
    case .sleep(let microseconds): usleep(microseconds)
    case .work(let microseconds):
      let end = MPI.wallTime() + Double(microseconds) * 1e-6
      while MPI.wallTime() < end {}
    }
  }
}
