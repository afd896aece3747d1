internal import CAccelerators

/// What CUDA's driver knows of an address in a device's memory.
struct CUDAAddress {
  /// The number of the device.
  let device: Int
  /// The context that the memory was allocated in; 0 for memory that belongs to none, such as that of a pool.
  let context: UInt
  /// Where the allocation ends; `nil` where the driver cannot tell.
  let end: UInt?

  /// Asks for an address, without a context where the driver needs none; `nil` if it is in no device's memory.
  ///
  /// - Throws: ``DeviceError``: no driver, or one that refuses.
  init?(_ address: UInt) throws(DeviceError) {
    do {
      guard let found = try Self(asking: address) else { return nil }
      self = found
    } catch {
      guard case .call(_, let code, _) = error.reason, code == GPU_ERROR_INVALID_CONTEXT,
        let first = try Device.cuda().driver as? GPUDeviceDriver
      else { throw error }
      // Any device's context knows the addresses of all.
      guard let found = try first.withContext({ _ throws(DeviceError) in try Self(asking: address) })
      else { return nil }
      self = found
    }
  }

  private init?(asking address: UInt) throws(DeviceError) {
    let driver = unsafe try GPULibrary.driver(of: .cuda)
    func ask<Value: BitwiseCopyable>(_ what: Int, _ value: inout Value) -> gpu_result {
      unsafe driver.pointee.pointerGetAttribute(&value, Int32(what), gpu_address(address))
    }
    func check(_ result: gpu_result) throws(DeviceError) {
      unsafe try GPULibrary.check(
        result, "cuPointerGetAttribute", "hipPointerGetAttribute", by: driver, of: .cuda,
        on: DeviceInterface.cuda.description)
    }
    var kind: UInt32 = 0
    let result = ask(Int(GPU_POINTER_MEMORY_TYPE), &kind)
    // An address that the driver never saw is the process's own.
    guard result != GPU_ERROR_INVALID_VALUE else { return nil }
    try check(result)
    guard kind == GPU_MEMORY_DEVICE else { return nil }
    var ordinal: Int32 = 0
    try check(ask(Int(GPU_POINTER_DEVICE_ORDINAL), &ordinal))
    var context: UInt = 0
    if ask(Int(GPU_POINTER_CONTEXT), &context) != 0 { context = 0 }
    var (start, byteCount): (UInt, UInt) = (0, 0)
    // CUDA from 10.2 on.
    let isKnown =
      ask(Int(GPU_POINTER_RANGE_START), &start) == 0 && ask(Int(GPU_POINTER_RANGE_BYTES), &byteCount) == 0
    device = Int(ordinal)
    self.context = context
    end = isKnown ? start + byteCount : nil
  }
}
