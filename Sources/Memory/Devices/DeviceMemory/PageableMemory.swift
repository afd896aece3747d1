internal import Glibc
import Synchronization

/// What stands for pinned memory where a driver refuses to pin: ordinary memory, copied more slowly.
enum PageableMemory {
  private static let saidFor = Mutex<Set<Device>>([])

  /// Memory for a device that did not pin any, which is said once a device.
  ///
  /// - Throws: `refusal`, if there is no ordinary memory either.
  static func allocate(
    byteCount: Int, for device: Device, after refusal: DeviceError
  ) throws(DeviceError) -> DeviceMemory {
    let size = max(byteCount, 1)
    var base: UnsafeMutableRawPointer?
    guard unsafe posix_memalign(&base, 4096, size) == 0, let base = unsafe base else { throw refusal }
    if saidFor.withLock({ $0.insert(device).inserted }) {
      say(
        "halo: \(refusal): \(byteCount) bytes were not pinned, and ordinary memory is used in their place, "
          + "which copies more slowly; this is said once\n")
    }
    let number = UInt(bitPattern: base)
    return DeviceMemory(
      DriverMemory(handle: .none, address: number), byteCount: size, space: .pinned(device), of: device,
      owner: .pageable)
  }

  private static func say(_ line: String) {
    var line = line
    line.withUTF8 { bytes in
      if let start = bytes.baseAddress { _ = unsafe write(2, start, bytes.count) }
    }
  }

  static func free(_ memory: DriverMemory) {
    unsafe Glibc.free(UnsafeMutableRawPointer(bitPattern: memory.address))
  }
}
