/// What copies one run of bytes: a kernel's innermost step.
///
/// Kernels are generic over it and specialised inside this module, so that a run of a known length becomes a few
/// loads and stores in an unrolled loop. Addresses need no alignment.
protocol Runs {
  /// Copies one run.
  func move(from source: UnsafeRawPointer, to destination: UnsafeMutableRawPointer)
}

/// Runs of a length that the compiler knows.
struct RunsOf<let byteCount: Int>: Runs {
  @inline(__always)
  func move(from source: UnsafeRawPointer, to destination: UnsafeMutableRawPointer) {
    unsafe destination.copyMemory(from: source, byteCount: byteCount)
  }
}

/// Runs between `part` and twice `part` bytes: two moves of `part` bytes, which may overlap.
struct RunsOfTwo<let part: Int>: Runs {
  /// Where the second move begins.
  private let second: Int

  init(byteCount: Int) { second = byteCount - part }

  @inline(__always)
  func move(from source: UnsafeRawPointer, to destination: UnsafeMutableRawPointer) {
    unsafe destination.copyMemory(from: source, byteCount: part)
    unsafe (destination + second).copyMemory(from: source + second, byteCount: part)
  }
}

/// Runs of any length, each by the system's copy.
struct RunsOfAnyLength: Runs {
  let byteCount: Int

  @inline(__always)
  func move(from source: UnsafeRawPointer, to destination: UnsafeMutableRawPointer) {
    unsafe destination.copyMemory(from: source, byteCount: byteCount)
  }
}
