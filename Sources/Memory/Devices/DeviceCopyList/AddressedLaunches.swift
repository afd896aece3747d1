/// The launches of a list whose tables hold the addresses of memories themselves, by the sets of memories that it ran on.
///
/// That is so where there are more memories than a launch takes numbers, or one that is not aligned for the widest words.
/// The fields of a simulation take turns, so that the same few sets come again and again.
struct AddressedLaunches {
  /// Launches that are no longer known, and the queues that may still run them untold.
  struct Forgotten {
    fileprivate let launches: [DeviceCopyList.Launch]
    fileprivate let queues: [DeviceQueue]

    /// Waits until nothing reads their tables, which then may go.
    func wait() throws(DeviceError) {
      var failure: DeviceError?
      for queue in queues {
        do throws(DeviceError) { try queue.wait() } catch { failure = failure ?? error }
      }
      extendLifetime(launches)
      if let failure { throw failure }
    }
  }

  private struct MemorySet {
    let addresses: [UInt]
    let launches: [DeviceCopyList.Launch]
    var queues: [DeviceQueue]
    var lastUse: UInt64
  }

  // Tables of as many regions and tiles as one update has: kilobytes, where making them anew waits for the device.
  private static let limit = 64

  private var sets: [MemorySet] = []
  private var uses: UInt64 = 0

  /// The launches on these memories, if there are any.
  ///
  /// - Parameter queue: What is to run them untold; `nil` if the tables' memory learns of it.
  mutating func launches(on memories: [DeviceMemory], for queue: DeviceQueue?) -> [DeviceCopyList.Launch]? {
    let place = sets.firstIndex { zip($0.addresses, memories).allSatisfy { $0 == $1.address } }
    guard let place else { return nil }
    uses += 1
    sets[place].lastUse = uses
    if let queue, !sets[place].queues.contains(where: { $0 === queue }) { sets[place].queues.append(queue) }
    return sets[place].launches
  }

  /// Keeps launches for the next time.
  ///
  /// - Parameter queue: What is to run them untold; `nil` if the tables' memory learns of it.
  /// - Returns: Those that were not used for the longest, if there are too many.
  mutating func keep(
    _ launches: [DeviceCopyList.Launch], on memories: [DeviceMemory], for queue: DeviceQueue?
  ) -> Forgotten? {
    var forgotten: Forgotten?
    if sets.count == Self.limit, let oldest = sets.indices.min(by: { sets[$0].lastUse < sets[$1].lastUse }) {
      let set = sets.remove(at: oldest)
      forgotten = Forgotten(launches: set.launches, queues: set.queues)
    }
    uses += 1
    sets.append(
      MemorySet(
        addresses: memories.map(\.address), launches: launches, queues: queue.map { [$0] } ?? [],
        lastUse: uses))
    return forgotten
  }
}
