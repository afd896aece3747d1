import DeviceTesting
import Memory
import Staging
import Strided

extension DeviceArray {
  /// An array over all of some values, of which a layout names a part.
  static func over(_ values: [Element], _ layout: Layout, on which: TestDevice) throws -> DeviceArray {
    let device = try which.device
    let whole = try DeviceArray(shape: [values.count], queue: try DeviceQueue(on: device))
    try whole.assign(from: StridedView(values.span, shape: [values.count]))
    return DeviceArray(whole.memory, layout: layout, queue: whole.queue)
  }

  /// Everything that the memory of ``over(_:_:on:)`` holds.
  func allValues(_ count: Int, filler: Element) throws -> [Element] {
    let whole = DeviceArray(memory, shape: [count], queue: queue)
    var values = [Element](repeating: filler, count: count)
    var view = MutableStridedView(values.mutableSpan, shape: [count])
    try whole.assign(to: &view)
    return values
  }
}

extension Layout {
  /// A layout of the same shape in a larger array of the other memory order, and that array's elements.
  var elsewhere: (layout: Layout, count: Int) {
    let whole = Layout(contiguous: PerAxis(shape.map { $0 + 2 }), itemSize: itemSize, order: .fortran)
    var part = whole
    for axis in shape.indices { part = part.slicing(axis: axis, range: 1..<(1 + shape[axis])) }
    return (part, whole.count)
  }
}
