public import Strided

/// An n-dimensional array in any memory space: what Zarr calls an `NDBuffer`.
///
/// ```swift
/// let zeros = try ArrayBuffer(shape: [64, 48], dtype: .float64, order: .fortran)
/// let grid = try ArrayBuffer(shape: [64, 48], repeating: 1.5, allocator: .device(gpu))
/// try grid[.all, .first(4)].fill(0.0)                     // the same memory
/// let host = try grid.onHost()                            // copied, since it is on the device
/// try host.withView(as: Double.self) { print($0[3, 7]) }
/// try grid.allEqual(1.5)                                  // false
/// ```
///
/// | Zarr | here |
/// |---|---|
/// | `create(shape, dtype, order, fill_value)` | ``init(shape:dtype:order:allocator:)``, ``init(shape:repeating:order:allocator:)`` |
/// | `empty` | ``empty(shape:dtype:order:allocator:)`` |
/// | `from_ndarray_like`, `from_numpy_array` | ``init(borrowing:as:)``: never copies; ``init(copying:allocator:)`` |
/// | `as_ndarray_like` | ``withView(as:_:)``, ``export(_:format:)``, ``deviceArray(of:queue:)``: never copy |
/// | `as_numpy_array` | ``onHost()``: copies only if it must |
/// | `array[1:3, ::2]`, `array[…] = other` | the subscript, ``copy(from:)`` |
/// | `as_scalar` | ``value(as:)`` |
/// | `all_equal` | ``allEqual(_:by:)`` |
/// | `fill`, `copy`, `reshape`, `squeeze`, `transpose` | ``fill(_:)``, ``copied(to:order:)``, ``reshaped(_:)``, ``squeezed(_:)``, ``permuted(_:)`` |
///
/// It may be copied, and all copies and parts share the memory, as in Python: who writes sees to it that nobody reads
/// meanwhile.
public struct ArrayBuffer: Sendable {
  let block: MemoryBlock

  /// Where the elements lie, counted from the first byte of the memory.
  public let layout: Layout

  /// What an element is.
  public let dtype: DType

  init(_ block: MemoryBlock, _ layout: Layout, _ dtype: DType) {
    self.block = block
    self.layout = layout
    self.dtype = dtype
  }

  /// Elements per axis.
  public var shape: PerAxis { layout.shape }

  /// How many axes there are.
  public var rank: Int { layout.rank }

  /// How many elements there are.
  public var count: Int { layout.count }

  /// The bytes of all elements together.
  public var byteCount: Int { layout.byteCount }

  /// Where the elements lie.
  public var space: MemorySpace { block.space }

  /// Where the memory is from.
  public var allocator: Allocator { block.allocator }
}

// MARK: - Parts

extension ArrayBuffer {
  /// The part of the array that one slice per axis selects; the same memory.
  ///
  /// Traps as for a `Layout`.
  public subscript<each Selection: AxisSelection>(_ selections: repeat each Selection) -> ArrayBuffer {
    var slices: [AxisSlice] = []
    for selection in repeat each selections { slices.append(selection.axisSlice) }
    return sliced(by: slices)
  }

  /// The part of the array that a list of slices selects; the same memory.
  ///
  /// Traps as for a `Layout`.
  public func sliced(by slices: [AxisSlice]) -> ArrayBuffer { with(layout.sliced(by: slices)) }

  /// The array with its axes in another order: axis `n` of the result is axis `axes[n]` of this one; the same memory.
  ///
  /// Traps unless `axes` names every axis once.
  public func permuted(_ axes: PerAxis) -> ArrayBuffer { with(layout.permuted(axes)) }

  /// The array with its axes in reverse order; the same memory.
  public func transposed() -> ArrayBuffer { with(layout.transposed()) }

  /// The array without some axes of extent 1; the same memory.
  ///
  /// Traps if one of them has another extent, or there is no such axis.
  public func squeezed(_ axes: [Int]) -> ArrayBuffer {
    var squeezed = layout
    for axis in Set(axes).sorted(by: >) {
      guard layout.shape.indices.contains(axis), layout.shape[axis] == 1 else {
        fatalError("ArrayBuffer: axis \(axis) of shape \(shape) has not the extent 1")
      }
      squeezed = squeezed.sliced(
        by: squeezed.shape.indices.map { $0 == axis ? AxisSlice.index(0) : AxisSlice.all })
    }
    return with(squeezed)
  }

  /// The elements in C order as an array of another shape: the same memory if they are contiguous, else a copy.
  ///
  /// - Throws: `ArrayBufferError.reshape` if the shape has another number of elements; no memory, or they cannot be copied.
  public func reshaped(_ shape: PerAxis) throws(ArrayBufferError) -> ArrayBuffer {
    guard Layout.byteCount(contiguous: shape, itemSize: dtype.size) == byteCount else {
      throw .reshape(from: self.shape, to: shape)
    }
    let contiguous = layout.isContiguous(in: .c) ? self : try copied()
    let strides = Layout(contiguous: shape, itemSize: dtype.size).strides
    return contiguous.with(
      Layout(shape: shape, strides: strides, itemSize: dtype.size, offset: contiguous.layout.offset))
  }

  private func with(_ layout: Layout) -> ArrayBuffer { ArrayBuffer(block, layout, dtype) }
}
