/// The launches of a list whose tables hold the addresses of memories themselves, by the sets of memories that it ran on.
///
/// That is so where there are more memories than a launch takes numbers, or one that is not aligned for the widest words.
/// The fields of a simulation take turns, so that the same few sets come again and again.
struct AddressedLaunches {
  private struct MemorySet {
    let addresses: [UInt]
    let launches: [DeviceCopyList.Launch]
    var lastUse: UInt64
  }

  // Tables of as many regions and tiles as one update has: kilobytes, where making them anew waits for the device.
  private static let limit = 64

  private var sets: [MemorySet] = []
  private var uses: UInt64 = 0

  /// The launches on these memories, if there are any.
  mutating func launches(on memories: [DeviceMemory]) -> [DeviceCopyList.Launch]? {
    let place = sets.firstIndex { zip($0.addresses, memories).allSatisfy { $0 == $1.address } }
    guard let place else { return nil }
    uses += 1
    sets[place].lastUse = uses
    return sets[place].launches
  }

  /// Keeps launches for the next time, in place of those that were not used for the longest.
  mutating func keep(_ launches: [DeviceCopyList.Launch], on memories: [DeviceMemory]) {
    if sets.count == Self.limit, let oldest = sets.indices.min(by: { sets[$0].lastUse < sets[$1].lastUse }) {
      sets.remove(at: oldest)
    }
    uses += 1
    sets.append(MemorySet(addresses: memories.map(\.address), launches: launches, lastUse: uses))
  }
}
