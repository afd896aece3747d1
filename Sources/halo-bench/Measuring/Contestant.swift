/// One way of doing what is measured.
struct Contestant {
  /// Does it as often as it is told.
  ///
  /// A loop inside, so that a call through a closure is paid once a sample and not once a repetition.
  let work: (_ repetitions: Int) throws -> Void

  /// Repeats `once`.
  static func repeating(_ once: @escaping () throws -> Void) -> Contestant {
    Contestant { repetitions in
      for _ in 0..<repetitions { try once() }
    }
  }
}
