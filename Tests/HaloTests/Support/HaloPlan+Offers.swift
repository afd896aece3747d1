@testable import Halo

extension HaloPlan {
  /// How often this rank hands values to others in one update: in a message or, whatever the route, in shared memory.
  var offersPerUpdate: Int {
    let program = runner.update
    return (0..<program.messages.count).count { program.messages[$0].sendRequest != nil }
  }
}
