/// Where the fields of the exchange in flight lie, at an address that does not change.
@safe
final class FieldOrigins {
  let count: Int
  private let start: UnsafeMutablePointer<UnsafeMutableRawPointer>

  /// Room for so many fields.
  ///
  /// The place of an absent field points to itself, and is never read.
  init(count: Int) {
    self.count = count
    unsafe start = .allocate(capacity: count)
    for index in 0..<count { unsafe (start + index).initialize(to: UnsafeMutableRawPointer(start + index)) }
  }

  deinit {
    unsafe start.deallocate()
  }

  /// The first owned point of a field.
  subscript(field: Int) -> UnsafeMutableRawPointer {
    @inline(__always) get {
      precondition(field >= 0 && field < count)
      return unsafe start[field]
    }
    @inline(__always) set {
      precondition(field >= 0 && field < count)
      unsafe start[field] = newValue
    }
  }
}
