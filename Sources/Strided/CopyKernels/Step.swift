/// A distance in bytes on either side.
struct Step {
  let source: Int
  let destination: Int

  static var none: Step { Step(source: 0, destination: 0) }

  init(source: Int, destination: Int) {
    self.source = source
    self.destination = destination
  }

  init(_ level: StridedCopy.Level, times count: Int) {
    source = level.source &* count
    destination = level.destination &* count
  }

  static func + (left: Step, right: Step) -> Step {
    Step(source: left.source &+ right.source, destination: left.destination &+ right.destination)
  }

  static func - (left: Step, right: Step) -> Step {
    Step(source: left.source &- right.source, destination: left.destination &- right.destination)
  }
}
