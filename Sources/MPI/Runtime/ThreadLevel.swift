internal import CMPI

/// How a program's threads call MPI (`MPI_Init_thread`), from the least to the most demanding.
public enum ThreadLevel: Int, Comparable, Sendable, CaseIterable {
  /// The process has one thread (`MPI_THREAD_SINGLE`).
  case single
  /// Only the thread that initialised MPI calls it (`MPI_THREAD_FUNNELED`).
  case funneled
  /// Any thread calls MPI, but never two at a time (`MPI_THREAD_SERIALIZED`).
  case serialized
  /// Several threads call MPI at the same time (`MPI_THREAD_MULTIPLE`).
  case multiple

  /// Orders by how much is demanded of the MPI library.
  public static func < (left: ThreadLevel, right: ThreadLevel) -> Bool { left.rawValue < right.rawValue }

  var code: Int32 {
    switch self {
    case .single: Int32(MPI_THREAD_SINGLE)
    case .funneled: Int32(MPI_THREAD_FUNNELED)
    case .serialized: Int32(MPI_THREAD_SERIALIZED)
    case .multiple: Int32(MPI_THREAD_MULTIPLE)
    }
  }

  init(code: Int32) {
    self = ThreadLevel.allCases.last { $0.code <= code } ?? .single
  }
}
