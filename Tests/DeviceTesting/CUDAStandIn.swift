import Glibc

/// What the stand-in for CUDA's driver tells of itself.
public enum CUDAStandIn {
  /// Has it there for what asks for CUDA's driver; no device is opened.
  public static func load() { TestDevice.offerDriver() }

  /// How often this process has called a function of the driver, failed calls included.
  ///
  ///     let before = CUDAStandIn.calls(of: "cuLaunchKernel")
  ///     try plan.exchange(&u)
  ///     #expect(CUDAStandIn.calls(of: "cuLaunchKernel") - before == 2)
  ///
  /// Ranks that are threads of one process are counted together. Traps unless the device is a stand-in: see
  /// ``TestDevice/hasStandIn``.
  ///
  /// - Parameter symbol: The function's name in the library, such as `cuMemAlloc_v2`.
  public static func calls(of symbol: String) -> Int {
    // It was loaded before, and is found by the name that it gives itself.
    guard let library = unsafe dlopen("libcuda.so.1", RTLD_NOW),
      let address = unsafe dlsym(library, "cuda_stand_in_calls")
    else { fatalError("DeviceTesting: CUDA's driver is no stand-in, which alone counts calls") }
    typealias Counter = @convention(c) (UnsafePointer<CChar>) -> UInt64
    let calls = unsafe unsafeBitCast(address, to: Counter.self)
    return Int(unsafe calls(symbol))
  }
}
