public import Strided

/// An n-dimensional array in a device's memory: elements at the places that a ``Layout`` names, and the queue that work
/// with them is given to.
///
/// A part of an array is an array on the same memory. The processor cannot touch the elements; they are staged, sent
/// and received by `withSendBuffer` and `withReceiveBuffer`, and copied by `assign`.
///
///     let memory = try unsafe DeviceMemory.adopting(cudaAddress: pointer, byteCount: 8 * 64 * 64)
///     let queue = try unsafe DeviceQueue.adopting(stream: stream, of: memory.device)
///     let grid = DeviceArray<Double>(memory, shape: [64, 64], queue: queue)
///     try withSendBuffer(grid[.all, .last(3)]) { try world.send($0, to: right, tag: 1) }
///
/// What is done with an array comes after all that its queue was given before, and after all transfers that this
/// library began with its memory.
public struct DeviceArray<Element: ArrayElement>: Sendable {
  /// The memory that holds the elements.
  public let memory: DeviceMemory

  /// Where the elements lie, counted from the first byte of the memory.
  public let layout: Layout

  /// What is given the work.
  public let queue: DeviceQueue

  /// Elements at given places in a device's memory.
  ///
  /// Traps unless the memory is the device's own and holds them, the first lies at a multiple of its type's alignment,
  /// the layout's items have the element's size, and the queue is of that device.
  public init(_ memory: DeviceMemory, layout: Layout, queue: DeviceQueue) {
    let bounds = layout.byteBounds
    guard layout.itemSize == MemoryLayout<Element>.stride else {
      fatalError(
        "DeviceArray: items of \(layout.itemSize) bytes, of elements of \(MemoryLayout<Element>.stride)")
    }
    guard case .device = memory.space else {
      fatalError(
        "DeviceArray: elements in \(memory.space): take a StridedView of what the processor can touch")
    }
    memory.requireBytes(bounds.lowerBound, bounds.count)
    let alignment = MemoryLayout<Element>.alignment
    guard (memory.address &+ UInt(bitPattern: layout.offset)) % UInt(alignment) == 0 || layout.isEmpty else {
      fatalError(
        "DeviceArray: elements of \(Element.dtype) in \(memory.space) do not begin at a multiple of \(alignment) bytes"
      )
    }
    queue.requireDevice(memory.device)
    self.memory = memory
    self.layout = layout
    self.queue = queue
  }

  /// A contiguous array from some byte of a device's memory on.
  ///
  /// Traps unless the memory is the device's own and holds it, and the queue is of that device.
  public init(
    _ memory: DeviceMemory, at offset: Int = 0, shape: PerAxis, order: Layout.Order = .c, queue: DeviceQueue
  ) {
    let contiguous = Layout(contiguous: shape, itemSize: MemoryLayout<Element>.stride, order: order)
    let layout = Layout(
      shape: shape, strides: contiguous.strides, itemSize: contiguous.itemSize, offset: offset)
    self.init(memory, layout: layout, queue: queue)
  }

  /// Allocates a contiguous array of zero bytes, which whatever the queue is given from now on finds there.
  ///
  /// - Throws: ``AllocationError``: the device has not so much memory; nothing is kept then.
  public init(shape: PerAxis, order: Layout.Order = .c, queue: DeviceQueue) throws(AllocationError) {
    let allocation = try Allocation(
      count: shape.reduce(1, *), of: Element.self, allocator: .device(queue.device))
    guard let memory = allocation.deviceMemory else { fatalError("DeviceArray: a device without its memory") }
    do throws(DeviceError) {
      // What the program itself gives the queue comes after the zeros too.
      try memory.order(queue)
    } catch {
      throw AllocationError(
        allocator: allocation.allocator.description, byteCount: allocation.byteCount, reason: .device(error))
    }
    self.init(memory, shape: shape, order: order, queue: queue)
  }

  /// The device whose memory it is.
  public var device: Device { memory.device }

  /// Elements per axis.
  public var shape: PerAxis { layout.shape }

  /// How many axes there are.
  public var rank: Int { layout.rank }

  /// How many elements there are.
  public var count: Int { layout.count }
}

extension DeviceArray {
  /// The part of the array that one slice per axis selects; no element is moved.
  ///
  /// Traps as for a ``Layout``.
  public subscript<each Selection: AxisSelection>(_ selections: repeat each Selection) -> DeviceArray {
    // A list, since the compiler cannot forward the pack.
    var slices: [AxisSlice] = []
    for selection in repeat each selections { slices.append(selection.axisSlice) }
    return with(layout.sliced(by: slices))
  }

  /// The array with its axes in another order: axis `n` of the result is axis `axes[n]` of this one.
  public func permuted(_ axes: PerAxis) -> DeviceArray { with(layout.permuted(axes)) }

  /// The array with its axes in reverse order.
  public func transposed() -> DeviceArray { with(layout.transposed()) }

  /// The array with the indices of one axis running backwards.
  public func reversed(axis: Int) -> DeviceArray { with(layout.reversed(axis: axis)) }

  private func with(_ layout: Layout) -> DeviceArray { DeviceArray(memory, layout: layout, queue: queue) }
}
