import Glibc
import Testing

@testable import Memory

@Suite("Shared files")
struct SharedFileTests {
  private func path(_ name: String) -> String { "/dev/shm/halo-test-\(getpid())-\(name)" }

  @Test("A named file is the creator's alone, is there once, and goes with its name")
  func named() throws {
    let path = path("named")
    let file = try SharedFile.created(at: path, byteCount: 4 << 20)
    var status = stat()
    #expect(unsafe stat(path, &status) == 0)
    #expect(status.st_mode & 0o777 == 0o600 && status.st_size == 4 << 20 && status.st_blocks == 0)
    #expect(throws: SharedMemoryError("open \(path)", reason: "File exists")) {
      _ = try SharedFile.created(at: path, byteCount: 4 << 20)
    }
    let other = try SharedFile.opened(at: path, being: file.identity())
    SharedFile.remove(path)
    #expect(throws: SharedMemoryError("open \(path)", reason: "No such file or directory")) {
      _ = try SharedFile.opened(at: path, being: file.identity())
    }
    let one = try SharedMapping(file, byteCount: 4 << 20)
    let two = try SharedMapping(other, byteCount: 4 << 20)
    try one.mark(at: 2 << 20, with: 77)
    #expect(two.mark(at: 2 << 20) == 77 && two.mark(at: 0) == 0)
    one.unmark(at: 2 << 20)
    #expect(two.mark(at: 2 << 20) == 0)
  }

  @Test("Another file in the same place is refused")
  func anotherFile() throws {
    let file = try SharedFile.unnamed(byteCount: 4096)
    let other = try SharedFile.unnamed(byteCount: 4096)
    let path = SharedFile.path(of: other.descriptor, ofProcess: getpid())
    #expect(throws: SharedMemoryError("open \(path)", reason: "leads to another file")) {
      _ = try SharedFile.opened(at: path, being: file.identity())
    }
  }

  @Test("A place is held until its holder lets the file go")
  func places() throws {
    let file = try SharedFile.unnamed(byteCount: 4096)
    let path = SharedFile.path(of: file.descriptor, ofProcess: getpid())
    do {
      let other = try SharedFile.opened(at: path, being: file.identity())
      #expect(!file.isHeld(place: 3))
      #expect(other.hold(place: 3) && file.isHeld(place: 3))
      #expect(!file.hold(place: 3) && file.hold(place: 2) && other.isHeld(place: 2))
      #expect(!file.isHeld(place: 4))
      withExtendedLifetime(other) {}
    }
    #expect(!file.isHeld(place: 3))
  }

  @Test("A mapping can be had again, and stays when the first one goes, wherever in a page it begins")
  func copies() throws {
    let copy: SharedMapping
    do {
      let mapping = try SharedMapping(SharedFile.unnamed(byteCount: 16 << 20), byteCount: 16 << 20)
      try mapping.mark(at: 4096, with: 5)
      copy = try unsafe SharedMapping(copyOf: mapping.base + 128, byteCount: (8 << 20) - 256)
      #expect(copy.mark(at: 4096 - 128) == 5)
      try copy.mark(at: 72, with: 6)
      #expect(mapping.mark(at: 200) == 6)
    }
    #expect(copy.mark(at: 4096 - 128) == 5 && copy.mark(at: 72) == 6)
    copy.unmark(at: 72)
    #expect(copy.mark(at: 72) == 0 && copy.mark(at: 4096 - 128) == 5)
    let arena = NodeArena(copy, part: 0..<copy.byteCount, name: "copy", warn: { _ in })
    let allocation = try Allocation(byteCount: 1 << 20, allocator: Allocator(arena))
    let location = unsafe arena.location(of: allocation.base, byteCount: 1 << 20)
    #expect(location != nil)
  }

  @Test("A process's end is seen, whatever its parent does about it")
  func processes() throws {
    var child: pid_t = 0
    var arguments: [UnsafeMutablePointer<CChar>?] = unsafe [strdup("sleep"), strdup("30"), nil]
    defer { unsafe arguments.forEach { unsafe free($0) } }
    let refusal = unsafe posix_spawnp(&child, "sleep", nil, nil, &arguments, environ)
    try #require(refusal == 0)
    let handle = try #require(ProcessHandle(process: child))
    #expect(!handle.hasEnded)
    kill(child, SIGKILL)
    for _ in 0..<2000 where !handle.hasEnded { usleep(1000) }
    // Not waited for until now.
    #expect(handle.hasEnded)
    var status: Int32 = 0
    _ = unsafe waitpid(child, &status, 0)
    #expect(handle.hasEnded)
    #expect(ProcessHandle(process: -1) == nil)
  }

  @Test("A limit of the size of files is an error, and no signal")
  func fileSizeLimit() async {
    await #expect(processExitsWith: .success) {
      var limit = rlimit(rlim_cur: 1 << 20, rlim_max: 1 << 20)
      _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
      do {
        _ = try SharedFile.unnamed(byteCount: 2 << 20)
        exit(1)
      } catch {
        exit("\(error)" == "ftruncate: the limit of a file's size is 1048576 bytes" ? 0 : 2)
      }
    }
  }

  @Test("More addresses than there are cannot be mapped")
  func tooLarge() throws {
    let file = try SharedFile.unnamed(byteCount: 4096)
    #expect(throws: SharedMemoryError("mmap", reason: "Cannot allocate memory")) {
      _ = try SharedMapping(file, byteCount: 1 << 50)
    }
  }
}
