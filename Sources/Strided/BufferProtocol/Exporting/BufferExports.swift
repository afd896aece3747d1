import Synchronization

/// How many exports of some memory are alive: it stays where it is as long as there is one.
///
/// What owns memory that it can move or free has one of these, does so only in ``whileNone(_:_:)``, and hands it out through
/// ``BufferExporter/export(_:)``.
public final class BufferExports: Sendable {
  private let counted = Mutex(0)

  /// No exports.
  public init() {}

  /// How many exports are alive.
  public var count: Int { counted.withLock { $0 } }

  /// Moves or frees the memory, which nobody can export meanwhile.
  ///
  /// - Parameters:
  ///   - action: What is done, for the error: `resize`, `free`.
  ///   - body: Does it.
  /// - Throws: `BufferError.exported` if there are exports: `body` is not called then.
  public func whileNone(_ action: String, _ body: () -> Void) throws(BufferError) {
    try counted.withLock { (count) throws(BufferError) in
      guard count == 0 else { throw .exported(count: count, action: action) }
      body()
    }
  }

  /// Counts one export more, if it can be made.
  func begin<Result>(_ body: () throws(BufferError) -> Result) throws(BufferError) -> Result {
    try counted.withLock { (count) throws(BufferError) in
      let result = try body()
      count += 1
      return result
    }
  }

  func end() {
    counted.withLock { $0 -= 1 }
  }
}
