/// Why a snapshot could not be written or read: the same on all ranks that took part.
///
/// ```swift
/// do {
///   try snapshot.read(into: &height, "height")
/// } catch where error.kind == .corruptChunk {
///   print(error.file, error.chunk ?? [])
/// }
/// ```
public struct SnapshotError: Error, Hashable, Sendable {
  /// What kind of trouble it is.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// Something is there already that would have to be overwritten.
    case alreadyExists
    /// There is no such file, array or step.
    case notFound
    /// Another program writes to the snapshot.
    case inUse
    /// The file system does not allow it.
    case noPermission
    /// There is no room left.
    case diskFull
    /// The system failed to read or write.
    case inputOutput
    /// A chunk's file is not there, though all were written.
    case missingChunk
    /// A chunk's file ends too early.
    case truncatedChunk
    /// A chunk's bytes are not what was written.
    case corruptChunk
    /// The elements have another type than the field's.
    case foreignType
    /// A document of metadata is not what the format's specification says.
    case invalidMetadata
    /// The metadata asks for what is not supported here.
    case unsupported
    /// A field, a name or a step does not fit the snapshot.
    case mismatch
    /// The ranks were not told the same.
    case disagreement
    /// Memory is short.
    case outOfMemory
    /// Messages between the ranks failed.
    case communication
  }

  /// What kind of trouble it is.
  public let kind: Kind
  /// The file or folder.
  public let file: String
  /// Which chunk of its array, along each axis, if it is about one.
  public let chunk: [Int]?
  /// What was expected, what was found, what to do.
  public let reason: String
  /// The rank that met it; the lowest, if several did.
  public let rank: Int

  init(_ problem: Problem, rank: Int) {
    (kind, file, chunk, reason) = (problem.kind, problem.file, problem.chunk, problem.reason)
    self.rank = rank
  }
}

extension SnapshotError: CustomStringConvertible {
  /// One line: rank, file, chunk and reason.
  public var description: String {
    let chunk = chunk.map { ", chunk \($0)" } ?? ""
    return "rank \(rank): \(file)\(chunk): \(reason)"
  }
}
