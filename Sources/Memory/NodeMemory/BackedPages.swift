internal import CSharedMemory
internal import Glibc

/// The part of a shared mapping that one process allocates from, page by page of 2 MiB: which take memory, and which hold
/// something.
///
/// Memory is asked for before it is touched, since a touch that finds none ends the process.
@safe
struct BackedPages {
  static let pageSize = HugePageAllocator.pageSize
  private static let mostSparePages = (64 << 20) / pageSize

  /// What is known of a page.
  private enum State: UInt8 {
    /// Takes no memory.
    case absent
    /// Zero, and in no use.
    case fresh
    /// In no use.
    case spare
    /// In use, wholly or in part.
    case used
  }

  private let base: UnsafeMutableRawPointer
  private let file: SharedFile?
  private let fileOffset: Int
  private var states: [State]
  /// The pages that something uses.
  private(set) var usedCount = 0
  /// The pages that take memory and that nothing uses.
  private(set) var spareCount = 0

  /// Pages from `base` on, none of which takes memory yet.
  ///
  /// - Parameters:
  ///   - file: The file that is mapped there, `nil` if it is not known.
  ///   - fileOffset: Where in the file the pages begin.
  init(base: UnsafeMutableRawPointer, byteCount: Int, file: SharedFile?, fileOffset: Int) {
    unsafe self.base = base
    self.file = file
    self.fileOffset = fileOffset
    states = Array(repeating: .absent, count: byteCount / Self.pageSize)
  }

  /// The bytes that take memory.
  var backedBytes: Int { (usedCount + spareCount) * Self.pageSize }

  /// How many pages may be there for nothing yet: a part of those in use, so that many small arrays do not ask for
  /// each page, and a program that allocates and frees in turn does not ask again and again.
  private var spareLimit: Int { min(max(usedCount / 4, 1), Self.mostSparePages) }

  // MARK: Use

  /// Makes bytes that nothing uses ready for use: there, and zero.
  ///
  /// - Returns: The error number of the refusal, after which all is as it was; `nil` if there is none.
  mutating func use(_ bytes: Range<Int>) -> Int32? {
    let pages = Self.pages(touching: bytes)
    let grown = pages.lowerBound..<growth(to: pages.upperBound)
    if let refusal = back(grown), grown == pages || back(pages) != nil { return refusal }
    for page in pages {
      if states[page] != .fresh {
        let part = bytes.clamped(to: page * Self.pageSize..<(page + 1) * Self.pageSize)
        unsafe memset(base + part.lowerBound, 0, part.count)
      }
      if states[page] != .used {
        states[page] = .used
        usedCount += 1
        spareCount -= 1
      }
    }
    return nil
  }

  /// The end of what is asked for together with a page that takes no memory yet.
  private func growth(to end: Int) -> Int {
    guard states[end - 1] == .absent else { return end }
    let limit = min(end + spareLimit, states.count)
    return states[end..<limit].firstIndex { $0 != .absent } ?? limit
  }

  /// Takes note of what nothing uses any more, and gives back what is too much to keep.
  ///
  /// - Parameter bytes: Bytes in no use, as far as they go to both sides.
  mutating func leave(_ bytes: Range<Int>) {
    let first = (bytes.lowerBound + Self.pageSize - 1) / Self.pageSize
    let end = bytes.upperBound / Self.pageSize
    guard first < end else { return }
    for page in first..<end where states[page] == .used {
      states[page] = .spare
      usedCount -= 1
      spareCount += 1
    }
    giveBackSpares()
  }

  private static func pages(touching bytes: Range<Int>) -> Range<Int> {
    bytes.lowerBound / pageSize..<(bytes.upperBound + pageSize - 1) / pageSize
  }

  // MARK: Memory

  /// Sees to it that pages take memory; the error number if there is none, after which all is as it was.
  private mutating func back(_ pages: Range<Int>) -> Int32? {
    var added: [Range<Int>] = []
    var next = pages.lowerBound
    while let first = states[next..<pages.upperBound].firstIndex(of: .absent) {
      let end = states[first..<pages.upperBound].firstIndex { $0 != .absent } ?? pages.upperBound
      added.append(first..<end)
      if let refusal = populate(first..<end) {
        for run in added { _ = giveBack(run) }
        return refusal
      }
      next = end
    }
    for run in added {
      for page in run { states[page] = .fresh }
      spareCount += run.count
    }
    return nil
  }

  /// Asks for memory, on pages of 2 MiB if the kernel can.
  private func populate(_ pages: Range<Int>) -> Int32? {
    let start = unsafe base + pages.lowerBound * Self.pageSize
    let byteCount = pages.count * Self.pageSize
    // Both are wishes: memory without them is as good.
    _ = unsafe madvise(start, byteCount, MADV_HUGEPAGE)
    _ = unsafe madvise(start, byteCount, MADV_DODUMP)
    // A page of 4 KiB each is enough to be collapsed into one of 2 MiB, which then need not be copied whole.
    for page in 0..<pages.count {
      if let refusal = unsafe populate(start + page * Self.pageSize, smallPageSize) { return refusal }
    }
    _ = unsafe madvise(start, byteCount, Int32(HALO_MADV_COLLAPSE))
    return unsafe populate(start, byteCount)
  }

  private var smallPageSize: Int { 4096 }

  private func populate(_ start: UnsafeMutableRawPointer, _ byteCount: Int) -> Int32? {
    while unsafe madvise(start, byteCount, Int32(HALO_MADV_POPULATE_WRITE)) != 0 {
      switch errno {
      case EINTR, EAGAIN: continue
      case EINVAL: return unsafe reserve(start, byteCount)
      // A touch would have ended the process: the file system is full.
      case EFAULT: return ENOSPC
      default: return errno
      }
    }
    return nil
  }

  /// Asks for memory where the kernel (before 5.14) cannot populate a mapping.
  private func reserve(_ start: UnsafeMutableRawPointer, _ byteCount: Int) -> Int32? {
    // Whoever has made a mapping of no known file has seen to its memory.
    guard let file else { return nil }
    let refusal = posix_fallocate(file.descriptor, unsafe fileOffset + (start - base), byteCount)
    return refusal == 0 ? nil : refusal
  }

  /// Gives back the spare pages that are too many, the last ones first.
  private mutating func giveBackSpares() {
    var end = states.endIndex
    while spareCount > spareLimit,
      let last = states[..<end].lastIndex(where: { $0 == .fresh || $0 == .spare })
    {
      let most = spareCount - spareLimit
      var first = last
      while first > 0, last - first + 1 < most, states[first - 1] == .fresh || states[first - 1] == .spare {
        first -= 1
      }
      end = first
      guard giveBack(first..<last + 1) else { continue }
      for page in first...last { states[page] = .absent }
      spareCount -= last - first + 1
    }
  }

  /// Gives the memory of pages back to the system; whether it takes it.
  private func giveBack(_ pages: Range<Int>) -> Bool {
    unsafe madvise(base + pages.lowerBound * Self.pageSize, pages.count * Self.pageSize, MADV_REMOVE) == 0
  }
}
