extension Timer {
  /// The seconds of every clock that was stopped or given bytes since the timer was made or reset, by name.
  ///
  /// A running clock's time since its start is not in it yet.
  public var times: [String: Double] {
    figures { Double($0.nanoseconds) / 1e9 }
  }

  /// How often every clock was stopped since the timer was made or reset, by name.
  public var hits: [String: Int] {
    figures { $0.hits }
  }

  /// The bytes counted for every clock since the timer was made or reset, by name.
  public var byteCounts: [String: Int] {
    figures { $0.bytes }
  }

  private func figures<Figure>(_ figure: (Clock) -> Figure) -> [String: Figure] {
    var result: [String: Figure] = [:]
    for (name, clock) in state.used {
      result[name] = figure(clock)
    }
    return result
  }
}
