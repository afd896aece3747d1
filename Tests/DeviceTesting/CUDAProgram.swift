internal import CAccelerators
public import Memory

/// A program that uses CUDA by itself: what it does on its stream, this library is not told of.
@safe public final class CUDAProgram {
  /// Its stream.
  public let stream: UnsafeMutableRawPointer

  private let driver: UnsafePointer<gpu_driver>
  private let context: gpu_context?

  /// A call that the driver refused.
  public struct Failed: Error {
    /// The call.
    public let call: String
    /// What it reported.
    public let result: Int32
  }

  /// Makes a stream in the primary context of the first device, as a program of CUDA's runtime does.
  public init() throws {
    TestDevice.offerDriver()
    var reason = [CChar](repeating: 0, count: 200)
    guard let driver = unsafe gpu_driver_open_cuda(nil, &reason, 200) else {
      throw Failed(call: "dlopen", result: 0)
    }
    var context: gpu_context?
    var stream: gpu_stream?
    try Self.check(unsafe driver.pointee.`init`(0), "cuInit")
    try Self.check(unsafe driver.pointee.devicePrimaryCtxRetain(&context, 0), "cuDevicePrimaryCtxRetain")
    try Self.check(unsafe driver.pointee.ctxSetCurrent(context), "cuCtxSetCurrent")
    try Self.check(
      unsafe driver.pointee.streamCreate(&stream, UInt32(GPU_STREAM_NON_BLOCKING)), "cuStreamCreate")
    guard let stream = unsafe UnsafeMutableRawPointer(stream) else {
      throw Failed(call: "cuStreamCreate", result: 0)
    }
    unsafe self.stream = stream
    unsafe self.driver = driver
    unsafe self.context = context
  }

  /// A queue of the library for the stream.
  public func adoptedQueue() throws -> DeviceQueue {
    try unsafe DeviceQueue.adopting(stream: stream, of: try TestDevice.cuda.device)
  }

  /// The address of memory of the device, which is never freed.
  public func allocate(byteCount: Int) throws -> UInt {
    try makeCurrent()
    var address: gpu_address = 0
    try Self.check(unsafe driver.pointee.memAlloc(&address, byteCount), "cuMemAlloc")
    return UInt(address)
  }

  /// Memory of the library at an address of the program's.
  public func adopted(_ address: UInt, byteCount: Int) throws -> DeviceMemory {
    guard let pointer = unsafe UnsafeMutableRawPointer(bitPattern: address) else {
      throw Failed(call: "adopting", result: 0)
    }
    return try unsafe DeviceMemory.adopting(cudaAddress: pointer, byteCount: byteCount)
  }

  /// Has the stream fill bytes; returns at once.
  public func fill(_ address: UInt, byteCount: Int, with value: UInt8) throws {
    try makeCurrent()
    try Self.check(
      unsafe driver.pointee.memsetD8Async(
        gpu_address(address), value, byteCount, OpaquePointer(stream)), "cuMemsetD8Async")
  }

  /// Has the stream copy bytes of the device; returns at once.
  public func copy(byteCount: Int, from source: UInt, to target: UInt) throws {
    try makeCurrent()
    try Self.check(
      unsafe driver.pointee.memcpyDtoDAsync(
        gpu_address(target), gpu_address(source), byteCount, OpaquePointer(stream)),
      "cuMemcpyDtoDAsync")
  }

  /// Waits until the stream has done all.
  public func wait() throws {
    try makeCurrent()
    try Self.check(
      unsafe driver.pointee.streamSynchronize(OpaquePointer(stream)), "cuStreamSynchronize")
  }

  private func makeCurrent() throws {
    try Self.check(unsafe driver.pointee.ctxSetCurrent(context), "cuCtxSetCurrent")
  }

  private static func check(_ result: gpu_result, _ call: String) throws {
    if result != 0 { throw Failed(call: call, result: result) }
  }
}
