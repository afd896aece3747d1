@testable import Halo

extension HaloPlan {
  /// How often this rank hands values to others in one update: in a message or, whatever the route, in shared memory.
  var offersPerUpdate: Int {
    runner.update.lowered.exchanges.count { $0.sendByteCount > 0 }
  }
}
