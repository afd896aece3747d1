public import Memory
import Staging
public import Strided
public import Topology

extension Field {
  /// A rank's block of a grid in memory of a device that the program allocated itself.
  ///
  /// Nothing is copied or filled: the points are what the memory holds, from its first byte on, halo included, rows
  /// one behind the other. The memory is the program's to free, when the field is gone.
  ///
  /// ```swift
  /// let memory = try unsafe DeviceMemory.adopting(cudaAddress: pointer, byteCount: bytes)
  /// let u = try Field<Float, 3>(adopting: memory, on: grid, halo: 1, order: .fortran)
  /// ```
  ///
  /// - Parameters:
  ///   - memory: Memory of a device.
  ///   - grid: The grid.
  ///   - axes: What each of the field's axes is; `nil` for the grid's axes in order.
  ///   - halo: Halo widths: one for all axes of the grid, or one an axis of the field.
  ///   - order: Which axis is contiguous in memory: the last (`.c`) or the first (`.fortran`).
  ///   - rowPadding: Points that lie unused behind each row of that axis.
  ///   - name: How errors call the field; ranks and blocks that share a plan give the same.
  /// - Throws: `HaloError` if the axes are not the grid's, a halo is wider than a block of the grid, or the memory is too
  ///   small, or does not begin at a multiple of the alignment of its points.
  public init(
    adopting memory: DeviceMemory, on grid: CartesianGrid, axes: [FieldAxis]? = nil, halo: HaloWidths,
    order: Layout.Order = .c, rowPadding: Int = 0, name: String? = nil
  ) throws(HaloError) {
    let descriptor = try Self.descriptor(
      over: grid.block, of: grid, axes: axes, halo: halo, order: order, rowPadding: rowPadding,
      in: memory.space, aligningRows: false, name: name
    ) { halo throws(TopologyError) in try grid.topology.check(halo: halo) }
    let byteCount = descriptor.allocatedCount * MemoryLayout<Element>.stride
    guard byteCount <= memory.byteCount else {
      throw .allocation(
        AllocationError(
          allocator: "adopted memory of \(memory.device)", byteCount: byteCount,
          reason: .refused("it has \(memory.byteCount) bytes")))
    }
    let alignment = UInt(MemoryLayout<Element>.alignment)
    guard memory.address % alignment == 0 else {
      throw .invalidField(
        InvalidField(
          name: name, "adopted memory", expected: "\(Element.dtype) at multiples of \(alignment) bytes",
          found: "the first \(memory.address % alignment) bytes behind one"))
    }
    self.init(descriptor, over: grid.block, name: name, in: Allocation(adopting: memory))
  }

  /// The device whose own memory the field lies in; `nil` where the processor can touch it.
  public var device: Device? { storage.descriptor.device }

  /// The memory of a field on a device, for a kernel of the program's own; `nil` where the processor can touch it.
  public var deviceMemory: DeviceMemory? { storage.deviceMemory }

  /// A box of a field on a device as an array of that device: to stage, to send, to copy, to give to a kernel.
  ///
  /// The array's layout counts from the first byte of its memory, whose address a CUDA or HIP kernel can be given:
  ///
  /// ```swift
  /// let cells = field.deviceArray(field.owned, on: queue)
  /// let first = cells.memory.address + UInt(cells.layout.offset)
  /// ```
  ///
  /// - Parameters:
  ///   - box: Cells of the field and its halo.
  ///   - queue: What is given the work with the array; nothing else may write the field meanwhile.
  /// - Precondition: The field lies on the queue's device, and the box in the field and its halo.
  public func deviceArray(_ box: Box<Rank>, on queue: DeviceQueue) -> DeviceArray<Element> {
    guard let memory = deviceMemory else {
      fatalError("Halo: a field in the process's memory was asked for as an array of \(queue.device)")
    }
    for axis in 0..<Rank
    where box.lower[axis] < allocated.lower[axis] || box.upper[axis] > allocated.upper[axis] {
      fatalError("Halo: box \(box) lies outside the field and its halo, which reach over \(allocated)")
    }
    let layout = storage.descriptor.layout(of: (0..<Rank).map { box[$0] })
    let first = storage.descriptor.originOffset * MemoryLayout<Element>.stride
    return DeviceArray(
      memory,
      layout: Layout(
        shape: layout.shape, strides: layout.strides, itemSize: layout.itemSize, offset: layout.offset + first
      ),
      queue: queue)
  }

  /// Copies every point of another field, halo included, wherever either lies.
  ///
  /// ```swift
  /// let device = try Device.cuda()
  /// var here = try Field<Double, 3>(on: grid, halo: 1)
  /// var there = try Field<Double, 3>(on: grid, halo: 1, allocator: .device(device))
  /// here.fillOwned { cell in … }
  /// try there.assign(from: here)
  /// ```
  ///
  /// To the process's memory, the points are there when the call returns; to a device's, they are there for what its
  /// queue is given afterwards.
  ///
  /// - Parameters:
  ///   - other: A field of the same extents and halo, in any order.
  ///   - queue: A queue of the device that the copy is given to; `nil` for the device's own.
  /// - Throws: `HaloError.staging` if the fields have different shapes, before anything is copied; there is no memory to
  ///   stage in; or something failed on the device.
  public mutating func assign(from other: borrowing Field, on queue: DeviceQueue? = nil) throws(HaloError) {
    let whole = allocated
    guard whole == other.allocated else {
      throw .staging(
        .shape(
          expected: storage.descriptor.layout(of: (0..<Rank).map { whole[$0] }).shape,
          found: PerAxis((0..<Rank).map { other.allocated[$0].count })))
    }
    switch (device, other.device) {
    case (nil, nil):
      var target = mutableStrided(whole)
      target.copy(from: other.strided(whole))
    case (let device?, nil):
      let target = deviceArray(whole, on: try Self.queue(queue, of: device))
      try HaloError.rethrow { () throws(StagingError) in try target.assign(from: other.strided(whole)) }
    case (nil, let device?):
      let source = other.deviceArray(whole, on: try Self.queue(queue, of: device))
      var target = mutableStrided(whole)
      try HaloError.rethrow { () throws(StagingError) in try source.assign(to: &target) }
    case (let device?, let otherDevice?):
      let target = deviceArray(whole, on: try Self.queue(queue, of: device))
      let source = other.deviceArray(
        whole, on: device == otherDevice ? target.queue : try Self.queue(nil, of: otherDevice))
      try HaloError.rethrow { () throws(StagingError) in try target.assign(from: source) }
    }
  }

  private static func queue(_ given: DeviceQueue?, of device: Device) throws(HaloError) -> DeviceQueue {
    if let given { return given }
    return try HaloError.rethrow { () throws(DeviceError) in try device.queue }
  }
}
