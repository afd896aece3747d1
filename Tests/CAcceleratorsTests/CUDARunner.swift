import CAccelerators
import Glibc

/// Runs the kernel's PTX on the first CUDA device that there is.
///
/// The driver is the machine's own, or the library that `HALO_TEST_CUDA_DRIVER` names.
@safe struct CUDARunner: TransferRunner {
  private let driver: UnsafePointer<gpu_driver>
  private let function: gpu_function

  /// Whether there is a driver, and a device that it drives.
  static let isThere: Bool = {
    do {
      unsafe try startDevice(of: try openDriver())
      return true
    } catch {
      print("CAcceleratorsTests: the kernel's PTX is not run: \(error)")
      return false
    }
  }()

  private static func openDriver() throws -> UnsafePointer<gpu_driver> {
    unsafe try opened { unsafe gpu_driver_open_cuda(getenv("HALO_TEST_CUDA_DRIVER"), $0, $1) }
  }

  private static func startDevice(of driver: UnsafePointer<gpu_driver>) throws {
    func check(_ result: gpu_result, _ call: String) throws { unsafe try Self.check(driver, result, call) }
    var device: gpu_device = 0
    var context: gpu_context?
    try check(unsafe driver.pointee.`init`(0), "cuInit")
    try check(unsafe driver.pointee.deviceGet(&device, 0), "cuDeviceGet")
    try check(unsafe driver.pointee.devicePrimaryCtxRetain(&context, device), "cuDevicePrimaryCtxRetain")
    try check(unsafe driver.pointee.ctxSetCurrent(context), "cuCtxSetCurrent")
  }

  private static func check(_ driver: UnsafePointer<gpu_driver>, _ result: gpu_result, _ call: String) throws
  {
    if result != 0 { throw DriverError("\(call): \(unsafe String(cString: gpu_error_name(driver, result)))") }
  }

  private func check(_ result: gpu_result, _ call: String) throws {
    unsafe try Self.check(driver, result, call)
  }

  init() throws {
    unsafe driver = try Self.openDriver()
    unsafe try Self.startDevice(of: driver)
    var module: gpu_module?
    var function: gpu_function?
    unsafe try Self.check(
      driver, driver.pointee.moduleLoadData(&module, transfer_kernel_ptx()), "cuModuleLoadData")
    unsafe try Self.check(
      driver, driver.pointee.moduleGetFunction(&function, module, TRANSFER_KERNEL_NAME), "cuModuleGetFunction"
    )
    guard let function = unsafe function else { throw DriverError("cuModuleGetFunction returned nothing") }
    unsafe self.function = function
  }

  private func memory(holding bytes: UnsafeRawBufferPointer) throws -> gpu_address {
    var address: gpu_address = 0
    try check(unsafe driver.pointee.memAlloc(&address, bytes.count), "cuMemAlloc")
    try check(
      unsafe driver.pointee.memcpyHtoDAsync(address, bytes.baseAddress, bytes.count, nil), "cuMemcpyHtoDAsync"
    )
    try check(unsafe driver.pointee.ctxSynchronize(), "cuCtxSynchronize")
    return address
  }

  func memories(after transfer: TransferCase, byAddress: Bool) throws -> [[UInt8]] {
    unsafe try Self.startDevice(of: driver)
    let memories = try transfer.before.map {
      unsafe try $0.withUnsafeBytes { unsafe try memory(holding: $0) }
    }
    let tiles = transfer.tiles
    var table = unsafe try transfer.regions(inMemoriesAt: byAddress ? memories : nil).withUnsafeBytes {
      unsafe try memory(holding: $0)
    }
    var tileTable = unsafe try tiles.withUnsafeBytes { unsafe try memory(holding: $0) }
    defer { for address in [table, tileTable] + memories { _ = unsafe driver.pointee.memFree(address) } }
    var addresses = transfer_memories()
    if !byAddress { addresses.address = (memories[0], memories[1], memories[2], 0, 0, 0, 0, 0) }
    let result = unsafe withUnsafeMutablePointer(to: &table) { table in
      unsafe withUnsafeMutablePointer(to: &tileTable) { tileTable in
        unsafe withUnsafeMutablePointer(to: &addresses) { addresses in
          var arguments: [UnsafeMutableRawPointer?] = unsafe [
            .init(table), .init(tileTable), .init(addresses),
          ]
          return unsafe driver.pointee.launchKernel(
            function, UInt32(tiles.count), 1, 1, UInt32(TRANSFER_THREADS), 1, 1, 0, nil, &arguments, nil)
        }
      }
    }
    try check(result, "cuLaunchKernel")
    let after = try memories.map { address in
      var bytes = [UInt8](repeating: 0, count: TransferCase.memoryBytes)
      try check(unsafe driver.pointee.memcpyDtoHAsync(&bytes, address, bytes.count, nil), "cuMemcpyDtoHAsync")
      try check(unsafe driver.pointee.ctxSynchronize(), "cuCtxSynchronize")
      return bytes
    }
    return after
  }
}
