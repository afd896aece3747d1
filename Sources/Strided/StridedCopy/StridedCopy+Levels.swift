extension StridedCopy {
  /// How often a copy repeats what is inside a level, and how far apart in bytes on either side.
  package struct Repetition: Hashable, Sendable {
    package let count: Int
    package let source: Int
    package let destination: Int
  }

  /// The levels of repetition of the run, innermost first: for what copies elsewhere than on the processor.
  package var repetitions: [Repetition] {
    counts.indices.map {
      Repetition(count: counts[$0], source: sourceStrides[$0], destination: destinationStrides[$0])
    }
  }

  /// Bytes from either base address to where the first run begins.
  package var firstRun: (source: Int, destination: Int) { (sourceOffset, destinationOffset) }
}

extension StridedCopy {
  /// The bytes that the copy reads and those that it writes, each counted from its base address.
  package var byteBounds: (source: Range<Int>, destination: Range<Int>) {
    var source = sourceOffset..<(sourceOffset + runBytes)
    var destination = destinationOffset..<(destinationOffset + runBytes)
    for level in repetitions {
      source = source.extended(by: level.source * (level.count - 1))
      destination = destination.extended(by: level.destination * (level.count - 1))
    }
    return (source, destination)
  }
}

extension Range<Int> {
  /// With as many bytes more at the end, or at the start if there are fewer than none.
  fileprivate func extended(by bytes: Int) -> Range {
    bytes < 0 ? (lowerBound + bytes)..<upperBound : lowerBound..<(upperBound + bytes)
  }
}
