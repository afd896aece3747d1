import Strided

/// What is asked of one device's driver: CUDA's and HIP's alike, and OpenCL's.
///
/// May be called from every thread. What a queue is given is done in that order, later than the call.
protocol DeviceDriver: AnyObject, Sendable {
  var deviceName: String { get }

  /// What every allocation's first byte is a multiple of.
  var alignment: Int { get }

  /// Whether kernels can read and write pinned memory by themselves.
  var kernelsReachPinnedMemory: Bool { get }

  /// Whether kernels compute with floating-point numbers of so many bytes, 4 or 8, to the bits of the processor.
  func hasExactFloats(ofBytes byteCount: Int) -> Bool

  // MARK: Memory

  /// One byte or more of the device's memory, filled with anything.
  func allocate(byteCount: Int) throws(DeviceError) -> DriverMemory
  func free(_ memory: DriverMemory, byteCount: Int)

  /// One byte or more of pinned memory, filled with anything.
  func allocatePinned(byteCount: Int) throws(DeviceError) -> DriverMemory
  func freePinned(_ memory: DriverMemory)

  // MARK: Queues and events

  func makeQueue(_ priority: DeviceQueue.Priority) throws(DeviceError) -> DriverHandle
  func destroyQueue(_ queue: DriverHandle)
  /// Waits until all that the queue was given is done.
  func wait(forQueue queue: DriverHandle) throws(DeviceError)

  func makeEvent() throws(DeviceError) -> DriverHandle
  func destroyEvent(_ event: DriverHandle)
  /// Has an event stand for all that the queue was given so far; returns the event's new handle.
  func record(_ event: DriverHandle, on queue: DriverHandle) throws(DeviceError) -> DriverHandle
  /// Keeps an event's handle, though the event be recorded anew, until it is released.
  func retainEvent(_ event: DriverHandle) throws(DeviceError)
  func releaseEvent(_ event: DriverHandle)
  func isComplete(_ event: DriverHandle) throws(DeviceError) -> Bool
  func wait(for event: DriverHandle) throws(DeviceError)
  /// Lets the queue go on only when the event is complete; the caller does not wait.
  func order(_ queue: DriverHandle, after event: DriverHandle) throws(DeviceError)

  /// Makes the device's context the thread's own; what it had before.
  func makeContextCurrent() throws(DeviceError) -> DeviceContext
  func restoreContext(_ context: DeviceContext)

  // MARK: Work

  func copy(
    byteCount: Int, from source: DriverPlace, to target: DriverPlace, on queue: DriverHandle
  ) throws(DeviceError)
  func fill(
    _ memory: DriverHandle, offset: Int, byteCount: Int, with value: UInt8, on queue: DriverHandle
  ) throws(DeviceError)
  /// The most memories that a launch of a table takes.
  var memoryLimit: Int { get }
  /// Runs a table of regions of so many tiles.
  func launch(
    _ kernel: TransferKernel, regions: DriverHandle, tiles: DriverHandle, tileCount: Int,
    memories: Span<DriverHandle>, on queue: DriverHandle
  ) throws(DeviceError)

  // MARK: Kernels of the program's own

  /// Compiles or loads a kernel, which stays until the process ends.
  func loadKernel(_ name: String, from code: KernelCode) throws(DeviceError) -> DriverKernel
  /// Runs a kernel, as many arguments as it has parameters; axes that are not given are 1.
  func launch(
    _ kernel: DriverKernel, blocks: PerAxis, threads: PerAxis, arguments: [DriverArgument],
    on queue: DriverHandle
  ) throws(DeviceError)
}
