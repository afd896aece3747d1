/// A fixed list, read and written in place: no reference counts, no copies of large elements.
@safe
struct FlatList<Element>: ~Copyable {
  let count: Int
  private let start: UnsafeMutablePointer<Element>

  init(_ elements: [Element]) {
    count = elements.count
    unsafe start = .allocate(capacity: elements.count)
    for (index, element) in elements.enumerated() { unsafe (start + index).initialize(to: element) }
  }

  deinit {
    unsafe start.deinitialize(count: count)
    unsafe start.deallocate()
  }

  subscript(index: Int) -> Element {
    @inline(__always) unsafeAddress {
      precondition(index >= 0 && index < count)
      return unsafe UnsafePointer(start + index)
    }
    @inline(__always) unsafeMutableAddress {
      precondition(index >= 0 && index < count)
      return unsafe start + index
    }
  }
}
