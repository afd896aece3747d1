internal import CAccelerators
import Strided

/// A copy as the kernel sees it: a box of words, of the widest that both sides allow, or of numbers that
/// are combined or negated.
struct TransferBox {
  /// One side of a copy: the number of its memory in the launch, and bytes from there to where the copy counts from.
  struct Side {
    let memory: UInt8
    let offset: Int
  }

  /// The bytes of the widest word.
  static let widestWord = 16

  private struct Axis {
    var extent: Int
    /// Words from one index to the next.
    let source: Int
    let target: Int
  }

  private let wordBytes: Int
  private let sourceMemory: UInt8
  private let targetMemory: UInt8
  /// Bytes from the first of either memory to the first word.
  private var source: Int
  private var target: Int
  private var axes: [Axis]

  /// - Parameter numberBytes: How wide words are; `nil` if they may be as wide as can be.
  init(_ copy: StridedCopy, from sourceSide: Side, to targetSide: Side, numberBytes: Int? = nil) {
    (sourceMemory, targetMemory) = (sourceSide.memory, targetSide.memory)
    let first = copy.firstRun
    source = first.source + sourceSide.offset
    target = first.destination + targetSide.offset
    let levels = copy.repetitions
    let bits = levels.reduce(copy.runBytes | source | target | Self.widestWord) {
      $0 | $1.source | $1.destination
    }
    let wordBytes = numberBytes ?? 1 << bits.trailingZeroBitCount
    guard bits % wordBytes == 0 else {
      fatalError("Memory: numbers of \(wordBytes) bytes do not lie at multiples of that: \(copy)")
    }
    self.wordBytes = wordBytes
    axes = [Axis(extent: copy.runBytes / wordBytes, source: 1, target: 1)]
    axes += levels.map {
      Axis(extent: $0.count, source: $0.source / wordBytes, target: $0.destination / wordBytes)
    }
    axes.removeAll { $0.extent == 1 }
    order()
  }

  /// Brings the axis in front along which the target's words touch, or the source's if only those do.
  private mutating func order() {
    let bySource = !axes.contains { abs($0.target) == 1 } && axes.contains { abs($0.source) == 1 }
    axes.sort { bySource ? abs($0.source) < abs($1.source) : abs($0.target) < abs($1.target) }
  }

  // MARK: - Limits

  // The kernel reckons in 32 bits: fewer words than this in a region, and from its first to its last on either side.
  private static let wordLimit = 1 << 31

  /// The box in parts that the kernel's numbers can count.
  func split() -> [TransferBox] {
    guard let axis = axisToSplit else { return [self] }
    var (lower, upper) = (self, self)
    let half = axes[axis].extent / 2
    lower.axes[axis].extent = half
    upper.axes[axis].extent -= half
    upper.source += half * axes[axis].source * wordBytes
    upper.target += half * axes[axis].target * wordBytes
    return [lower, upper].flatMap { box in
      var box = box
      box.axes.removeAll { $0.extent == 1 }
      return box.split()
    }
  }

  private var axisToSplit: Int? {
    let words = axes.reduce(1) { $0 * $1.extent }
    let isCountable = max(words, reach(\.source), reach(\.target)) < Self.wordLimit
    guard isCountable else {
      return axes.indices.max { axes[$0].extent * farther(axes[$0]) < axes[$1].extent * farther(axes[$1]) }
    }
    guard axes.count > Int(TRANSFER_AXES) else { return nil }
    return axes.indices.min { axes[$0].extent < axes[$1].extent }
  }

  private func reach(_ side: KeyPath<Axis, Int>) -> Int {
    axes.reduce(1) { $0 + abs($1[keyPath: side]) * ($1.extent - 1) }
  }

  private func farther(_ axis: Axis) -> Int { max(abs(axis.source), abs(axis.target)) }

  // MARK: - The kernel's table

  /// The region of the kernel's table that does with the box what a part of a list asks for.
  func region(for part: DeviceCopyList.Part) -> transfer_region {
    var region = transfer_region()
    region.source = UInt64(bitPattern: Int64(source))
    region.target = UInt64(bitPattern: Int64(target))
    region.source_memory = sourceMemory
    region.target_memory = targetMemory
    region.word_shift = UInt8(wordBytes.trailingZeroBitCount)
    if let combination = part.combination {
      (region.number, region.combination) = combination.codes
      region.flip = part.negation?.flippedBits ?? 0
    } else if let negation = part.negation {
      if negation.numberBytes == nil {
        region.flip = negation.flippedBits
      } else {
        region.word_shift += UInt8(TRANSFER_NEGATED)
      }
    }
    for axis in axes {
      unsafe transfer_region_add_axis(
        &region, Int32(axis.source), Int32(axis.target), UInt32(axis.extent))
    }
    if axes.isEmpty { unsafe transfer_region_add_axis(&region, 1, 1, 1) }
    return region
  }
}
