import Glibc

/// Counts the allocations that a piece of code makes, apart from those that the MPI library and the drivers of devices make
/// for themselves.
///
/// (Open MPI allocates when a message arrives before its receive was started, which no caller can prevent.)
///
/// The linker gives the functions below the names of the C library's (see `Package.swift`), which they then stand
/// in for in the whole process; they hand on to the names under which glibc keeps its own.
///
/// Under a sanitizer nothing is counted.
public enum AllocationCounting {
  /// Whether allocations are counted in this build.
  public static var isAvailable: Bool {
    #if COUNTS_ALLOCATIONS
      true
    #else
      false
    #endif
  }

  /// The allocations of a body, on the thread that calls it; other threads may count theirs at the same time.
  public static func count(during body: () throws -> Void) rethrows -> (ours: Int, mpi: Int) {
    // The first backtrace loads a library, and the first look at a library's name may allocate too.
    attribute()
    let key = countsKey
    var counts = Counts()
    try unsafe withUnsafeMutablePointer(to: &counts) { counts in
      unsafe pthread_setspecific(key, counts)
      defer { pthread_setspecific(key, nil) }
      try body()
    }
    return (counts.ours, counts.mpi)
  }
}

private struct Counts {
  var ours = 0
  var mpi = 0
}

/// Where a thread that counts keeps its ``Counts``.
private let countsKey: pthread_key_t = {
  var key = pthread_key_t()
  unsafe pthread_key_create(&key, nil)
  unsafe theKey = key
  unsafe isAnyCounting = true
  return key
}()

// Plain values: anything made lazily could itself allocate.
nonisolated(unsafe) private var isAnyCounting = false
nonisolated(unsafe) private var theKey: pthread_key_t = 0

private func record() {
  guard unsafe isAnyCounting, let counts = unsafe pthread_getspecific(theKey) else { return }
  let mine = unsafe counts.assumingMemoryBound(to: Counts.self)
  // Nor does what follows count.
  unsafe pthread_setspecific(theKey, nil)
  if attribute() { unsafe mine.pointee.mpi += 1 } else { unsafe mine.pointee.ours += 1 }
  unsafe pthread_setspecific(theKey, counts)
}

/// Whether the calls that led here pass through the MPI library, or a driver.
@discardableResult
private func attribute() -> Bool {
  unsafe withUnsafeTemporaryAllocation(of: UnsafeMutableRawPointer?.self, capacity: 64) { frames in
    let depth = unsafe backtrace(frames.baseAddress, 64)
    for index in 0..<Int(depth) {
      var info = unsafe LibraryInfo()
      guard unsafe dladdr(frames[index], &info) != 0, let name = unsafe info.fileName else { continue }
      if unsafe contains(name, "/libmpi") || contains(name, "/libopen-") || contains(name, "/mca_")
        || contains(name, "/libcuda.") || contains(name, "/libOpenCL.") || contains(name, "/libpocl.")
      {
        return true
      }
    }
    return false
  }
}

private func contains(_ name: UnsafePointer<CChar>, _ part: StaticString) -> Bool {
  unsafe part.utf8Start.withMemoryRebound(to: CChar.self, capacity: part.utf8CodeUnitCount) {
    unsafe strstr(name, $0) != nil
  }
}

/// `Dl_info` of `<dlfcn.h>`, which Swift's Glibc module leaves out, as it does the two functions below.
@unsafe private struct LibraryInfo {
  var fileName: UnsafePointer<CChar>?
  var base: UnsafeMutableRawPointer?
  var symbolName: UnsafePointer<CChar>?
  var symbol: UnsafeMutableRawPointer?
}

@_silgen_name("dladdr")
private func dladdr(_ address: UnsafeRawPointer?, _ info: UnsafeMutablePointer<LibraryInfo>) -> Int32

@_silgen_name("backtrace")
private func backtrace(_ frames: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, _ capacity: Int32) -> Int32

@_silgen_name("__libc_malloc") private func libcMalloc(_ size: Int) -> UnsafeMutableRawPointer?
@_silgen_name("__libc_calloc") private func libcCalloc(_ count: Int, _ size: Int) -> UnsafeMutableRawPointer?
@_silgen_name("__libc_realloc")
private func libcRealloc(_ old: UnsafeMutableRawPointer?, _ size: Int) -> UnsafeMutableRawPointer?
@_silgen_name("__libc_memalign")
private func libcMemalign(_ alignment: Int, _ size: Int) -> UnsafeMutableRawPointer?

@c(counted_malloc)
func countedMalloc(_ size: Int) -> UnsafeMutableRawPointer? {
  record()
  return unsafe libcMalloc(size)
}

@c(counted_calloc)
func countedCalloc(_ count: Int, _ size: Int) -> UnsafeMutableRawPointer? {
  record()
  return unsafe libcCalloc(count, size)
}

@c(counted_realloc)
func countedRealloc(_ old: UnsafeMutableRawPointer?, _ size: Int) -> UnsafeMutableRawPointer? {
  record()
  return unsafe libcRealloc(old, size)
}

@c(counted_aligned_alloc)
func countedAlignedAlloc(_ alignment: Int, _ size: Int) -> UnsafeMutableRawPointer? {
  record()
  return unsafe libcMemalign(alignment, size)
}

@c(counted_posix_memalign)
func countedPosixMemalign(
  _ result: UnsafeMutablePointer<UnsafeMutableRawPointer?>, _ alignment: Int, _ size: Int
) -> Int32 {
  record()
  guard let memory = unsafe libcMemalign(alignment, size) else { return ENOMEM }
  unsafe result.pointee = memory
  return 0
}
