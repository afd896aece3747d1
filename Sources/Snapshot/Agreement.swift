import Halo

/// How what one rank finds wrong becomes the same error on all, and what all ranks must say alike.
struct Agreement {
  let communicator: Communicator

  /// Tells all ranks whether one has a problem; collective.
  ///
  /// - Parameters:
  ///   - problem: What this rank has found wrong.
  ///   - claims: What all ranks must have alike, by name.
  /// - Throws: The problem of the lowest rank that has one, else the first difference; the same on every rank.
  func settle(_ problem: Problem?, claims: [(name: String, value: String)] = []) throws(SnapshotError) {
    let texts = TextList(problem.map(Self.texts) ?? [""] + claims.flatMap { [$0.name, $0.value] })
    let all = try rethrow { () throws(MPIError) in
      try communicator.allGatherUnlessEqual(texts.encoded, insisting: problem != nil)
    }
    guard let all else { return }
    let said = all.map { TextList(decoding: $0).texts }
    for (rank, texts) in said.enumerated() {
      if let problem = Self.problem(texts) { throw SnapshotError(problem, rank: rank) }
    }
    for (rank, texts) in said.enumerated() where texts != said[0] {
      let place = texts.indices.first { !said[0].indices.contains($0) || texts[$0] != said[0][$0] } ?? 0
      func word(_ texts: [String], _ place: Int) -> String {
        texts.indices.contains(place) ? texts[place] : "nothing"
      }
      let name = place % 2 == 0 ? place - 1 : place
      throw SnapshotError(
        Problem(
          .disagreement,
          "\(word(texts, max(name, 0))): expected \(word(said[0], place)) (as on rank 0), found "
            + "\(word(texts, place)): give the same on all ranks"), rank: rank)
    }
  }

  /// Does on rank 0 what one rank alone does, and gives all ranks what came of it; collective.
  func share(_ body: () throws(Problem) -> [UInt8]) throws(SnapshotError) -> [UInt8] {
    var bytes: [UInt8] = []
    var problem: Problem?
    if communicator.rank == 0 {
      do throws(Problem) { bytes = try body() } catch { problem = error }
    }
    try settle(problem)
    return try rethrow { () throws(MPIError) in
      let count = try communicator.broadcast(bytes.count, from: 0)
      if communicator.rank != 0 { bytes = [UInt8](repeating: 0, count: count) }
      var span = bytes.mutableSpan
      try communicator.broadcast(&span, from: 0)
      return bytes
    }
  }

  /// Makes errors of messages errors of this module.
  func rethrow<T>(_ body: () throws(MPIError) -> T) throws(SnapshotError) -> T {
    do {
      return try body()
    } catch {
      throw SnapshotError(Problem(.communication, "\(error)"), rank: communicator.rank)
    }
  }
}

// MARK: - As texts

extension Agreement {
  private static func texts(_ problem: Problem) -> [String] {
    let chunk = problem.chunk.map { $0.map(String.init).joined(separator: " ") }
    return [problem.kind.rawValue, problem.file, chunk ?? "-", problem.reason]
  }

  private static func problem(_ texts: [String]) -> Problem? {
    guard let first = texts.first, let kind = SnapshotError.Kind(rawValue: first), texts.count == 4 else {
      return nil
    }
    let chunk = texts[2] == "-" ? nil : texts[2].split(separator: " ").compactMap { Int($0) }
    return Problem(kind, file: texts[1], chunk: chunk, texts[3])
  }
}
