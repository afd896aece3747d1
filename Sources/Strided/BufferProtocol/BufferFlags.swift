/// What a consumer of a buffer asks for, and so can handle: Python's `PyBUF_…`.
///
/// ```swift
/// let export = try array.export([.cContiguous, .format])
/// ```
///
/// The numbers are Python's, so that the `flags` of a C function are `BufferFlags(rawValue:)`. What each gives, from
/// "Buffer request types" in the documentation of Python's C API:
///
/// | request | shape | strides | suboffsets | contiguous |
/// |---|---|---|---|---|
/// | ``indirect`` | yes | yes | if needed | any or none |
/// | ``strides`` | yes | yes | no | any or none |
/// | ``cContiguous``, ``fContiguous``, ``anyContiguous`` | yes | yes | no | C, Fortran, either |
/// | ``nd`` | yes | no | no | C |
/// | ``simple`` | no | no | no | C |
///
/// ``writable`` and ``format`` go with each of them, but no format with ``simple``.
public struct BufferFlags: OptionSet, Hashable, Sendable {
  /// Python's number.
  public let rawValue: Int32

  /// The request of a number of Python's.
  public init(rawValue: Int32) { self.rawValue = rawValue }

  /// The bytes alone, in C order.
  public static let simple: BufferFlags = []
  /// Memory that may be written.
  public static let writable = BufferFlags(rawValue: 0x0001)
  /// What an item is.
  public static let format = BufferFlags(rawValue: 0x0004)
  /// The shape, in C order.
  public static let nd = BufferFlags(rawValue: 0x0008)
  /// The shape and strides.
  public static let strides: BufferFlags = [BufferFlags(rawValue: 0x0010), .nd]
  /// Strides that are those of C order.
  public static let cContiguous: BufferFlags = [BufferFlags(rawValue: 0x0020), .strides]
  /// Strides that are those of Fortran order.
  public static let fContiguous: BufferFlags = [BufferFlags(rawValue: 0x0040), .strides]
  /// Strides that are those of C or of Fortran order.
  public static let anyContiguous: BufferFlags = [BufferFlags(rawValue: 0x0080), .strides]
  /// Strides, and suboffsets where elements lie behind pointers.
  public static let indirect: BufferFlags = [BufferFlags(rawValue: 0x0100), .strides]

  /// A shape in C order, to be written.
  public static let contig: BufferFlags = [.nd, .writable]
  /// A shape in C order.
  public static let contigReadOnly: BufferFlags = .nd
  /// Strides, to be written.
  public static let strided: BufferFlags = [.strides, .writable]
  /// Strides.
  public static let stridedReadOnly: BufferFlags = .strides
  /// Strides and a format, to be written.
  public static let records: BufferFlags = [.strides, .writable, .format]
  /// Strides and a format.
  public static let recordsReadOnly: BufferFlags = [.strides, .format]
  /// All there is, to be written.
  public static let full: BufferFlags = [.indirect, .writable, .format]
  /// All there is.
  public static let fullReadOnly: BufferFlags = [.indirect, .format]
}
