public import Strided

/// What is known of a message that arrived: who sent it, its tag and its size.
public struct Status: Hashable, Sendable {
  /// The rank that sent the message.
  public let source: Int
  /// The tag that it was sent with.
  public let tag: Int
  /// The size of the message in bytes.
  public let byteCount: Int

  /// The number of whole elements in the message; `nil` if its size is no multiple of theirs.
  public func count<Element: ArrayElement>(of type: Element.Type) -> Int? {
    let (count, rest) = byteCount.quotientAndRemainder(dividingBy: MemoryLayout<Element>.stride)
    return rest == 0 ? count : nil
  }
}
