import Strided

extension DeviceLaunch.Part {
  /// Parts in as few lists as keep their order where it matters: no part writes what another of its list reads or writes,
  /// and those that touch the same are in lists in their order.
  static func independent(_ parts: [DeviceLaunch.Part]) -> [[DeviceLaunch.Part]] {
    var lists: [[DeviceLaunch.Part]] = []
    var touched: [TouchedBoxes] = []
    for part in parts {
      let place = touched.lastIndex { $0.conflict(with: part) }.map { $0 + 1 } ?? 0
      if place == lists.count {
        lists.append([])
        touched.append(TouchedBoxes())
      }
      lists[place].append(part)
      touched[place].add(part)
    }
    return lists
  }
}

/// The boxes of fields that the parts of a list read and write.
private struct TouchedBoxes {
  private var read: [DeviceLaunch.Side: [Region]] = [:]
  private var written: [DeviceLaunch.Side: [Region]] = [:]

  mutating func add(_ part: DeviceLaunch.Part) {
    if let box = part.sourceBox { read[part.source, default: []].append(Region(box)) }
    if let box = part.targetBox { written[part.target, default: []].append(Region(box)) }
  }

  func conflict(with part: DeviceLaunch.Part) -> Bool {
    if let box = part.sourceBox, Self.overlap(written[part.source], Region(box)) { return true }
    guard let box = part.targetBox else { return false }
    let region = Region(box)
    return Self.overlap(written[part.target], region) || Self.overlap(read[part.target], region)
  }

  private static func overlap(_ regions: [Region]?, _ region: Region) -> Bool {
    regions?.contains { $0.overlaps(region) } ?? false
  }
}
