package import Strided
import Synchronization

/// The lists of one copy each that a device has run last, so that a face which is packed over and over is laid out in
/// the device's memory once.
final class DeviceCopyListCache: Sendable {
  private static let limit = 256
  private let lists = Mutex<[DeviceCopyList.Part: DeviceCopyList]>([:])

  func list(of part: DeviceCopyList.Part, on device: Device) throws(DeviceError) -> DeviceCopyList {
    if let known = lists.withLock({ $0[part] }) { return known }
    let list = try DeviceCopyList([part], on: device)
    lists.withLock { lists in
      // So many different copies have no favourites.
      if lists.count >= Self.limit { lists.removeAll() }
      lists[part] = list
    }
    return list
  }
}

extension DeviceQueue {
  /// Copies an array between two memories of the device, whatever the strides; returns at once, and the memories know
  /// of it.
  ///
  /// - Parameters:
  ///   - copy: The copy, which counts from the first byte of either memory. Traps if it reaches beyond one of them.
  ///   - source: What is read.
  ///   - target: What is written; none of its bytes that are written may be read.
  /// - Throws: ``DeviceError``: a memory that the device's kernels do not reach where the copy is more than one run of
  ///   bytes, no memory for the list of it, a driver that refuses.
  package func copy(
    _ copy: StridedCopy, from source: DeviceMemory, to target: DeviceMemory
  ) throws(DeviceError) {
    guard copy.byteCount > copy.runBytes else {
      let first = copy.firstRun
      try self.copy(
        byteCount: copy.byteCount, from: source, at: first.source, to: target, at: first.destination)
      return
    }
    let part = DeviceCopyList.Part(copy, source: 0, target: 1)
    try run(try device.copyLists.list(of: part, on: device), on: [source, target])
  }
}
