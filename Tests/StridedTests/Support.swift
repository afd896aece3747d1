import SeededRandom
import Strided
import Testing

/// What a process that was expected to trap wrote to its standard error.
func message(of result: ExitTest.Result?) -> String {
  String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
}

/// A slice and the indices that it visits, worked out without the library.
func randomSlice(extent: Int, _ chance: inout Chance) -> (slice: AxisSlice, visits: [Int]) {
  let indices = Array(0..<extent)
  let lower = chance.number(in: 0...extent), upper = chance.number(in: lower...extent)
  let step = chance.one(of: [1, 1, 2, 3, 100])
  func every(_ values: [Int]) -> [Int] { stride(from: 0, to: values.count, by: step).map { values[$0] } }
  switch chance.number(in: 0...8) {
  case 0 where extent > 0:
    let index = chance.number(in: 0...(extent - 1))
    return (.index(index), [index])
  case 1: return (.range(lower..<upper, by: step), every(Array(indices[lower..<upper])))
  case 2: return (.range(lower..<upper, by: -step), every(indices[lower..<upper].reversed()))
  case 3: return (.all(by: -step), every(indices.reversed()))
  case 4: return (.first(upper), Array(indices.prefix(upper)))
  case 5: return (.last(upper), Array(indices.suffix(upper)))
  case 6: return (.dropLast(lower), Array(indices.dropLast(lower)))
  case 7: return (.from(lower), Array(indices[lower...]))
  default: return (.all, indices)
  }
}

/// An array described without any of the library's types: the naive side of every comparison.
struct PlainArray: CustomStringConvertible {
  var shape: [Int]
  var strides: [Int]
  var itemSize: Int
  var offset = 0

  var layout: Layout {
    Layout(shape: PerAxis(shape), strides: PerAxis(strides), itemSize: itemSize, offset: offset)
  }

  /// Every index in logical order.
  var indices: [[Int]] {
    shape.reduce([[]]) { partial, extent in partial.flatMap { index in (0..<extent).map { index + [$0] } } }
  }

  /// Where every element begins, in logical order.
  var offsets: [Int] {
    indices.map { index in zip(index, strides).reduce(offset) { $0 + $1.0 * $1.1 } }
  }

  /// Every byte of every element.
  var byteSet: Set<Int> { Set(offsets.flatMap { $0..<($0 + itemSize) }) }

  /// The same elements one after the other in logical order.
  var packed: PlainArray {
    var strides = [Int](repeating: 0, count: shape.count), stride = itemSize
    for axis in shape.indices.reversed() {
      strides[axis] = stride
      stride *= shape[axis]
    }
    return PlainArray(shape: shape, strides: strides, itemSize: itemSize)
  }

  var description: String { "shape \(shape) strides \(strides) item \(itemSize) offset \(offset)" }
}

extension PlainArray {
  init(_ layout: Layout) {
    self.init(
      shape: Array(layout.shape), strides: Array(layout.strides), itemSize: layout.itemSize,
      offset: layout.offset)
  }

  /// The sizes that elements have in practice, and some that they should not.
  static let itemSizes = [
    1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 15, 16, 17, 24, 31, 32, 33, 40, 48, 63, 64, 65, 80, 200,
  ]

  /// A shape of any rank whose elements are few enough to go through one by one.
  static func randomShape(_ chance: inout Chance) -> [Int] {
    let rank = chance.number(in: 0...8)
    var budget = chance.one(of: [1, 20, 150, 800])
    var shape: [Int] = []
    for _ in 0..<rank {
      let extent = chance.happens(oneIn: 40) ? 0 : chance.number(in: 1...max(1, min(budget, 60)))
      shape.append(extent)
      budget /= max(extent, 1)
    }
    return shape.shuffled(using: &chance)
  }

  /// Elements that share no byte, with the axes in any order, gaps between them, and strides of either sign.
  static func random(shape: [Int], itemSize: Int, _ chance: inout Chance) -> PlainArray {
    var strides = [Int](repeating: 0, count: shape.count)
    let gaps = chance.one(of: [[0], [0, 0, 1], [0, itemSize], [0, 3 * itemSize, 7, 64]])
    let reverses = chance.happens(oneIn: 2)
    var order = Array(shape.indices.reversed())
    if chance.happens(oneIn: 2) { order.shuffle(using: &chance) }
    var stride = itemSize
    for axis in order {
      stride += chance.one(of: gaps)
      strides[axis] = reverses && chance.happens(oneIn: 2) ? -stride : stride
      stride *= max(shape[axis], 1)
    }
    return PlainArray(
      shape: shape, strides: strides, itemSize: itemSize, offset: chance.number(in: -100...100))
  }
}
