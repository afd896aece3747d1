/// Something that a rank has begun, and that goes on in steps of which none waits.
package protocol WorkUnderWay: AnyObject {
  /// Does what can be done at once; what fails is kept until the work is ended.
  func moveOn()
}

/// What one rank has begun and not ended.
///
/// Another rank may need it to go on before it does what this rank waits for. So every wait that lasts longer than a
/// moment moves it on. All communicators that a rank makes from one another have it in common.
package final class UnderWay {
  private var works: [any WorkUnderWay] = []

  init() { works.reserveCapacity(8) }

  /// From now on moves `work` on in every longer wait.
  package func add(_ work: any WorkUnderWay) { works.append(work) }

  /// No longer moves `work` on.
  package func remove(_ work: any WorkUnderWay) {
    for index in 0..<works.count where works[index] === work {
      works.remove(at: index)
      return
    }
  }

  func moveOn() {
    for index in works.indices where index < works.count { works[index].moveOn() }
  }
}
