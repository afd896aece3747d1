/// Where the fields of the exchange in flight lie, at an address that does not change.
@safe
final class FieldOrigins {
  let count: Int
  private let start: UnsafeMutablePointer<UnsafeMutableRawPointer>
  private let offers: UnsafeMutablePointer<WindowFlags.OfferedField>

  /// Room for so many fields.
  ///
  /// The place of an absent field points to itself, and is never read.
  init(count: Int) {
    self.count = count
    unsafe start = .allocate(capacity: count)
    unsafe offers = .allocate(capacity: count)
    for index in 0..<count { unsafe (start + index).initialize(to: UnsafeMutableRawPointer(start + index)) }
    unsafe offers.initialize(repeating: .init(location: -1, number: 0), count: count)
  }

  deinit {
    unsafe start.deallocate()
    unsafe offers.deallocate()
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

  /// The same point for ranks that reach this one's memory; its location is negative where they do not.
  subscript(offered field: Int) -> WindowFlags.OfferedField {
    @inline(__always) get {
      precondition(field >= 0 && field < count)
      return unsafe offers[field]
    }
    @inline(__always) set {
      precondition(field >= 0 && field < count)
      unsafe offers[field] = newValue
    }
  }
}
