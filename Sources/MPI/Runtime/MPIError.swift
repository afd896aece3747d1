internal import CMPI

/// An error of an MPI call, with the call, its rank and its peer.
///
/// Its description is one line, such as
/// `MPI_Isend on rank 0 of 4, peer rank 9, tag 3: MPI_ERR_RANK: invalid rank`.
public struct MPIError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What went wrong.
  public enum Reason: Hashable, Sendable {
    /// The MPI library returned an error code.
    case library
    /// The wait was ended by its time limit.
    case timeLimit(Duration)
    /// A message had another size in bytes than the memory meant for it.
    case messageSize(expected: Int, found: Int)
    /// What was asked for cannot be passed to MPI.
    case refused
    /// The wait was ended because another rank of a local world has ended the run with an error.
    case runEnded(byRank: Int)
  }

  /// What went wrong.
  public let reason: Reason
  /// The MPI library's error code; where no call returned one, the class.
  public let code: Int32
  /// The standard's error class, such as `MPI_ERR_RANK`.
  public let errorClass: Int32
  /// The MPI library's text for the code, or what this library found.
  public let message: String
  /// The MPI function, such as `MPI_Isend`.
  public let function: String
  /// The rank, in its communicator, of the process that met the error.
  public let rank: Int
  /// The number of ranks of that communicator; 0 if there is none.
  public let size: Int
  /// The rank that the message was for or from; `nil` where there is none, or any would do.
  public let peer: Int?
  /// The message's tag; `nil` where there is none, or any would do.
  public let tag: Int?

  /// The error in one line.
  public var description: String {
    var line = "\(function) on rank \(rank)"
    if size > 0 { line += " of \(size)" }
    if let peer { line += ", peer rank \(peer)" }
    if let tag { line += ", tag \(tag)" }
    // Open MPI's texts begin with the class, MPICH's do not.
    if reason == .library && !message.contains(errorClassName) { line += ": " + errorClassName }
    return line + ": " + message
  }

  /// The standard's name of the error class, such as `"MPI_ERR_RANK"`.
  public var errorClassName: String {
    switch errorClass {
    case MPI_ERR_BUFFER: "MPI_ERR_BUFFER"
    case MPI_ERR_COUNT: "MPI_ERR_COUNT"
    case MPI_ERR_TYPE: "MPI_ERR_TYPE"
    case MPI_ERR_TAG: "MPI_ERR_TAG"
    case MPI_ERR_COMM: "MPI_ERR_COMM"
    case MPI_ERR_RANK: "MPI_ERR_RANK"
    case MPI_ERR_REQUEST: "MPI_ERR_REQUEST"
    case MPI_ERR_ROOT: "MPI_ERR_ROOT"
    case MPI_ERR_GROUP: "MPI_ERR_GROUP"
    case MPI_ERR_OP: "MPI_ERR_OP"
    case MPI_ERR_TOPOLOGY: "MPI_ERR_TOPOLOGY"
    case MPI_ERR_DIMS: "MPI_ERR_DIMS"
    case MPI_ERR_ARG: "MPI_ERR_ARG"
    case MPI_ERR_TRUNCATE: "MPI_ERR_TRUNCATE"
    case MPI_ERR_INTERN: "MPI_ERR_INTERN"
    case MPI_ERR_IN_STATUS: "MPI_ERR_IN_STATUS"
    case MPI_ERR_PENDING: "MPI_ERR_PENDING"
    case MPI_ERR_NO_MEM: "MPI_ERR_NO_MEM"
    case MPI_ERR_OTHER: "MPI_ERR_OTHER"
    case MPI_ERR_UNKNOWN: "MPI_ERR_UNKNOWN"
    default: "error class \(errorClass)"
    }
  }

  init(
    reason: Reason = .library, code: Int32, message: String? = nil, function: StaticString, rank: Int,
    size: Int = 0,
    peer: Int? = nil, tag: Int? = nil
  ) {
    self.reason = reason
    self.code = code
    errorClass = MPIError.errorClass(of: code)
    self.message = message ?? MPIError.libraryText(of: code)
    self.function = "\(function)"
    self.rank = rank
    self.size = size
    self.peer = peer
    self.tag = tag
  }

  private static func errorClass(of code: Int32) -> Int32 {
    // Where MPI does not run, it is not asked: all codes are classes.
    guard MPI.isInitialized else { return code }
    var errorClass: Int32 = 0
    return unsafe MPI_Error_class(code, &errorClass) == MPI_SUCCESS ? errorClass : MPI_ERR_UNKNOWN
  }

  private static func libraryText(of code: Int32) -> String {
    guard MPI.isInitialized else { return text(ofClass: code) }
    return unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(CMPI_ERROR_STRING_CAPACITY)) {
      text in
      unsafe text.initialize(repeating: 0)
      var length: Int32 = 0
      guard unsafe MPI_Error_string(code, text.baseAddress, &length) == MPI_SUCCESS else {
        return "code \(code)"
      }
      return unsafe MPI.oneLine(
        String(decoding: UnsafeRawBufferPointer(text).prefix(Int(length)), as: UTF8.self))
    }
  }

  /// The text of an error that is met without MPI.
  private static func text(ofClass errorClass: Int32) -> String {
    switch errorClass {
    case MPI_ERR_RANK: "invalid rank"
    case MPI_ERR_TAG: "invalid tag"
    case MPI_ERR_TRUNCATE: "message truncated"
    default: "code \(errorClass)"
    }
  }
}
