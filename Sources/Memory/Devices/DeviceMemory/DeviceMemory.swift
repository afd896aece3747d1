import Synchronization

/// Memory that a device copies to and from by itself: its own, or pinned memory of the process.
///
/// It knows the last transfer of each queue that touches it. It is freed when nobody holds it any more and those
/// transfers are done.
public final class DeviceMemory: Sendable {
  /// The device.
  public let device: Device

  /// Whether it is the device's own, or the process's.
  public let space: MemorySpace

  /// How many bytes there are.
  public let byteCount: Int

  /// The number of the first byte: the device's address on CUDA and HIP, the processor's for pinned memory.
  ///
  /// On OpenCL, a device's memory has none; the number then stands for it, and for nothing else in this process.
  public let address: UInt

  /// Who gave the memory, and so who takes it back.
  enum Owner {
    case driver
    case pageable
    case user
    /// Another process, whose memory was opened.
    case otherProcess
  }

  private let memory: DriverMemory
  private let owner: Owner
  let transfers = Mutex(Transfers())

  init(_ memory: DriverMemory, byteCount: Int, space: MemorySpace, of device: Device, owner: Owner) {
    self.memory = memory
    self.byteCount = byteCount
    self.space = space
    self.device = device
    self.owner = owner
    address = memory.address
  }

  deinit {
    waitBeforeFreeing()
    switch (owner, space) {
    case (.otherProcess, _): (device.driver as? GPUDeviceDriver)?.close(memory)
    case (.driver, .device): device.driver.free(memory, byteCount: byteCount)
    case (.driver, _): device.driver.freePinned(memory)
    case (.pageable, _): PageableMemory.free(memory)
    case (.user, _): device.release(memory, byteCount: byteCount)
    }
  }

  // MARK: - Places

  /// Whether the device's kernels read and write the memory by themselves.
  package var isReachableByKernels: Bool { kernelHandle != nil }

  /// What a kernel can be given; `nil` if it reaches nothing of the memory.
  var kernelHandle: DriverHandle? {
    switch (space, owner) {
    case (.device, _): memory.handle
    case (_, .driver): device.kernelsReachPinnedMemory ? memory.handle : nil
    default: nil
    }
  }

  /// Whether the first byte lies at a multiple of every word that kernels copy by, as it does in what a driver gave.
  var isAlignedForAllWords: Bool {
    // OpenCL's memory begins at multiples of more, wherever it lies.
    device.interface == .opencl || memory.handle.bits % UInt(TransferBox.widestWord) == 0
  }

  func place(at offset: Int) -> DriverPlace {
    space.isReachableByProcessor
      ? .host(address: address + UInt(bitPattern: offset)) : .device(memory.handle, offset: offset)
  }

  func requireBytes(_ offset: Int, _ count: Int) {
    guard offset >= 0, count >= 0, offset <= byteCount, count <= byteCount - offset else {
      fatalError("Memory: \(count) bytes from byte \(offset) on, of \(byteCount) bytes in \(space)")
    }
  }
}
