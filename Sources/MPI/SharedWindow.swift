internal import CMPI
internal import Glibc
internal import Synchronization

/// Memory of the MPI library's that the ranks of one node all map: of each rank the same number of bytes, one part after
/// the other.
///
/// The library takes it back when it is finalised; what is to stay must be mapped again.
@safe
package final class SharedWindow: @unchecked Sendable {
  /// The address, in this process, of the first rank's part.
  package let base: UnsafeMutableRawPointer
  /// The bytes of each rank's part.
  package let partByteCount: Int

  private var window: CMPI_Win

  private init(_ window: CMPI_Win, base: UnsafeMutableRawPointer, partByteCount: Int) {
    self.window = window
    unsafe self.base = base
    self.partByteCount = partByteCount
  }

  /// Makes a window whose parts are as large as the library and the room under `/dev/shm` allow, in halves of `most` and
  /// not below `least` bytes; collective.
  ///
  /// Calls `MPI_Win_allocate_shared`.
  ///
  /// - Throws: `MPIError`, on all ranks, if the library refuses every size.
  package static func largest(
    from most: Int, to least: Int, over communicator: Communicator
  ) throws(MPIError) -> SharedWindow {
    // Open MPI's other ranks wait for ever where the first one finds no room.
    let free = try communicator.allReduce(freeBytes / communicator.size, .min)
    var byteCount = most
    while byteCount + byteCount / 8 > free { byteCount /= 2 }
    guard byteCount >= least else {
      throw communicator.error(
        MPI_ERR_NO_MEM, "/dev/shm has room for \(free) bytes of each rank, expected \(least) or more",
        Call("MPI_Win_allocate_shared"))
    }
    while true {
      do throws(MPIError) {
        return try SharedWindow.made(byteCount, over: communicator)
      } catch {
        byteCount /= 2
        // Ranks that wait no more, or of which some have a window, cannot go on together.
        guard error.reason == .library, byteCount >= least else { throw error }
      }
    }
  }

  /// The bytes that files under `/dev/shm` can grow by; without end if there is no such folder.
  private static var freeBytes: Int {
    var room = statvfs()
    guard unsafe statvfs("/dev/shm", &room) == 0 else { return .max }
    return Int(room.f_bavail) * Int(room.f_frsize)
  }

  private static func made(
    _ byteCount: Int, over communicator: Communicator
  ) throws(MPIError) -> SharedWindow {
    let call = Call("MPI_Win_allocate_shared")
    try communicator.meet(for: call)
    var window = CMPI_WIN_NULL()
    var own: UnsafeMutableRawPointer?
    let code = unsafe CMPI_Win_allocate_shared(Int64(byteCount), communicator.handle, &own, &window)
    let codes = try communicator.allGather(code)
    if let refusal = codes.first(where: { $0 != MPI_SUCCESS }) {
      guard codes.contains(MPI_SUCCESS) else { throw communicator.libraryError(code, call) }
      throw communicator.error(refusal, "the library refused on some ranks alone", call)
    }
    let base = unsafe firstPart(of: window, parts: communicator.size, byteCount: byteCount, own: own)
    guard try communicator.allReduce(unsafe base != nil, .logicalAnd), let base = unsafe base else {
      _ = unsafe CMPI_Win_free(&window)
      throw communicator.error(MPI_ERR_OTHER, "the parts do not lie one after the other", call)
    }
    let made = unsafe SharedWindow(window, base: base, partByteCount: byteCount)
    MPI.session.windows.withLock { $0.append(made) }
    return made
  }

  /// The address of the first part, if all parts follow it as they should.
  private static func firstPart(
    of window: CMPI_Win, parts: Int, byteCount: Int, own: UnsafeMutableRawPointer?
  ) -> UnsafeMutableRawPointer? {
    var first: UnsafeMutableRawPointer?
    for part in 0..<parts {
      var start: UnsafeMutableRawPointer?
      var size: Int64 = 0
      guard unsafe CMPI_Win_shared_query(window, Int32(part), &size, &start) == MPI_SUCCESS,
        size == byteCount, let start = unsafe start
      else { return nil }
      if part == 0 { unsafe first = start }
      guard let first = unsafe first, unsafe start - first == part * byteCount else { return nil }
    }
    return unsafe first
  }

  /// Gives the memory back to the library; collective, before MPI is finalised.
  func end() { _ = unsafe CMPI_Win_free(&window) }
}
