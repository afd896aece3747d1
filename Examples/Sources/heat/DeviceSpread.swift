import Halo

/// What `spread` does, by a kernel on a device: the text is Spread.cl, and for CUDA Spread.ptx.
struct DeviceSpread {
  /// What is given the launches.
  let queue: DeviceQueue

  private let kernel: DeviceKernel

  init(on device: Device) throws {
    queue = try DeviceQueue(on: device)
    kernel = try DeviceKernel(
      "spread", source: String(decoding: PackageResources.Spread_cl, as: UTF8.self),
      options: device.interface == .hip ? ["-ffp-contract=off"] : [],
      ptx: String(decoding: PackageResources.Spread_ptx, as: UTF8.self), on: device)
  }

  /// Launches one step over a box of cells; the fields are alike.
  func callAsFunction(
    _ old: borrowing Field<Double, 3>, into new: borrowing Field<Double, 3>, over box: Box<3>
  ) throws {
    let cells = old.deviceArray(box, on: queue), next = new.deviceArray(box, on: queue)
    let itemSize = cells.layout.itemSize
    let elements = cells.layout.strides.map { Int64($0 / itemSize) }
    // The axis along which numbers follow each other is the field's last and the kernel's first.
    let extents = PerAxis(cells.shape.reversed())
    let threads = Self.threads(for: extents)
    let blocks = PerAxis(extents.indices.map { (extents[$0] + threads[$0] - 1) / threads[$0] })
    try queue.launch(
      kernel, blocks: blocks, threads: threads, cells.memory, next.memory,
      Int64(cells.layout.offset / itemSize), elements[0], elements[1], Int32(extents[2]), Int32(extents[1]),
      Int32(extents[0]), meshRatio)
  }

  /// 256 threads a block, or somewhat fewer, in the shape of the box: slabs along the boundary are thin.
  private static func threads(for extents: PerAxis) -> PerAxis {
    var left = 256
    return PerAxis(
      extents.map { extent in
        var threads = 1
        while threads < min(extent, 64), threads < left { threads *= 2 }
        left /= threads
        return threads
      })
  }
}
