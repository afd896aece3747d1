public import Strided

extension Int8: ReducibleElement {
  /// The same type for MPI.
  public static var reductionType: ReductionType { .int8 }
}
extension Int16: ReducibleElement {
  /// The same type for MPI.
  public static var reductionType: ReductionType { .int16 }
}
extension Int32: ReducibleElement {
  /// The same type for MPI.
  public static var reductionType: ReductionType { .int32 }
}
extension Int64: ReducibleElement {
  /// The same type for MPI.
  public static var reductionType: ReductionType { .int64 }
}
extension Int: ReducibleElement {
  /// The same type for MPI.
  public static var reductionType: ReductionType { .int64 }
}
extension UInt8: ReducibleElement {
  /// The same type for MPI.
  public static var reductionType: ReductionType { .uint8 }
}
extension UInt16: ReducibleElement {
  /// The same type for MPI.
  public static var reductionType: ReductionType { .uint16 }
}
extension UInt32: ReducibleElement {
  /// The same type for MPI.
  public static var reductionType: ReductionType { .uint32 }
}
extension UInt64: ReducibleElement {
  /// The same type for MPI.
  public static var reductionType: ReductionType { .uint64 }
}
extension UInt: ReducibleElement {
  /// The same type for MPI.
  public static var reductionType: ReductionType { .uint64 }
}
extension Float: ReducibleElement {
  /// The same type for MPI.
  public static var reductionType: ReductionType { .float }
}
extension Double: ReducibleElement {
  /// The same type for MPI.
  public static var reductionType: ReductionType { .double }
}
extension Bool: ReducibleElement {
  /// The same type for MPI.
  public static var reductionType: ReductionType { .bool }
}
