public import Foundation

/// A NumPy array read from a `.npy` file: its shape, and its values as `Double` in C order.
///
/// Understands format versions 1.0 to 3.0, little- and big-endian integers (1 to 8 bytes) and floats (2 to 8 bytes),
/// C and Fortran order. The format is NumPy Enhancement Proposal 1 and `numpy.lib.format`.
///
/// ```swift
/// let ground = try NpyArray(contentsOf: URL(filePath: "ground.npy"))
/// let rows = ground.shape[0], columns = ground.shape[1]
/// ```
public struct NpyArray: Sendable {
  /// The number of elements along each axis, slowest first.
  public let shape: [Int]

  /// The elements in C order: the last axis runs fastest.
  public let values: [Double]

  /// Reads a file.
  ///
  /// - Throws: ``NpyError``, naming the file and what is wrong with it, in one line.
  public init(contentsOf url: URL) throws {
    let data: Data
    do {
      data = try Data(contentsOf: url)
    } catch {
      throw NpyError(file: url.path, problem: "cannot be read: \(Self.reason(error))")
    }
    try self.init(bytes: [UInt8](data), name: url.path)
  }

  /// Decodes the bytes of a file; `name` is what errors call it.
  ///
  /// - Throws: ``NpyError``, naming the file and what is wrong with it, in one line.
  public init(bytes: [UInt8], name: String) throws {
    func fail(_ problem: String) -> NpyError { NpyError(file: name, problem: problem) }

    guard !bytes.isEmpty else { throw fail("is empty") }
    guard bytes.starts(with: [0x93] + Array("NUMPY".utf8)), bytes.count >= 8 else {
      throw fail("is not a NumPy file: it does not start with \\x93NUMPY and a version")
    }
    // Version 1 counts the header in 2 bytes, versions 2 and 3 in 4.
    let version = bytes[6]
    guard (1...3).contains(version) else {
      throw fail("has format version \(version); 1 to 3 are understood")
    }
    let lengthBytes = version == 1 ? 2 : 4
    guard bytes.count >= 8 + lengthBytes else { throw fail("ends inside its header") }
    let headerLength = Int(Self.littleEndian(bytes[8..<8 + lengthBytes]))
    let dataStart = 8 + lengthBytes + headerLength
    guard bytes.count >= dataStart else { throw fail("ends inside its header") }

    let header: NpyHeader
    do {
      header = try NpyHeader(parsing: bytes[8 + lengthBytes..<dataStart])
    } catch {
      throw fail("has a header that cannot be understood: \(error.problem)")
    }
    guard let format = ElementFormat(header.descr) else {
      throw fail("holds elements of type '\(header.descr)'; only plain integers and floats are understood")
    }

    var expected = format.size
    for extent in header.shape {
      let (product, overflow) = expected.multipliedReportingOverflow(by: extent)
      guard !overflow else { throw fail("has a shape beyond all memory: \(header.shape)") }
      expected = product
    }
    let found = bytes.count - dataStart
    guard expected == found else {
      throw fail(
        "should hold \(expected) bytes of data for shape \(header.shape) of \(header.descr), found \(found)")
    }
    let count = expected / format.size

    let stored = (0..<count).map { index in
      let start = dataStart + index * format.size
      return format.decode(bytes[start..<start + format.size])
    }
    shape = header.shape
    values = header.fortranOrder ? Self.transposedToC(stored, shape: header.shape) : stored
  }

  private static func reason(_ error: any Error) -> String {
    // Foundation's own sentences repeat the path.
    switch (error as? CocoaError)?.code {
    case .fileReadNoSuchFile: "no such file"
    case .fileReadNoPermission: "no permission"
    default: "it is not a file that can be read"
    }
  }

  static func littleEndian(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// Elements stored with the first axis fastest, listed with the last axis fastest.
  private static func transposedToC(_ stored: [Double], shape: [Int]) -> [Double] {
    guard shape.count > 1, !stored.isEmpty else { return stored }
    var result = stored
    var index = [Int](repeating: 0, count: shape.count)
    for target in result.indices {
      var source = 0
      for axis in shape.indices.reversed() { source = source * shape[axis] + index[axis] }
      result[target] = stored[source]
      var axis = shape.count - 1
      while axis >= 0 {
        index[axis] += 1
        if index[axis] < shape[axis] { break }
        index[axis] = 0
        axis -= 1
      }
    }
    return result
  }
}

/// What is wrong with a `.npy` file, in one line.
public struct NpyError: Error, Hashable, CustomStringConvertible {
  /// The file.
  public let file: String
  /// What is wrong with it.
  public let problem: String

  /// Says what is wrong with a file.
  public init(file: String, problem: String) {
    self.file = file
    self.problem = problem
  }

  /// The file and the problem, in one line.
  public var description: String { "\(file) \(problem)" }
}

/// How one element is stored: NumPy's byte order, kind and size, as in `<f4`.
private struct ElementFormat {
  enum Kind { case signed, unsigned, float, boolean }

  let kind: Kind
  let size: Int
  let bigEndian: Bool

  init?(_ descr: String) {
    var rest = descr[...]
    switch rest.first {
    case "<", "=", "|": (bigEndian, rest) = (false, rest.dropFirst())
    case ">": (bigEndian, rest) = (true, rest.dropFirst())
    default: bigEndian = false
    }
    switch (rest.first, rest.dropFirst()) {
    case ("i", "1"), ("i", "2"), ("i", "4"), ("i", "8"): kind = .signed
    case ("u", "1"), ("u", "2"), ("u", "4"), ("u", "8"): kind = .unsigned
    case ("f", "2"), ("f", "4"), ("f", "8"): kind = .float
    case ("b", "1"): kind = .boolean
    default: return nil
    }
    size = Int(rest.dropFirst()) ?? 0
  }

  func decode(_ bytes: ArraySlice<UInt8>) -> Double {
    let ordered = bigEndian ? ArraySlice(bytes.reversed()) : bytes
    let bits = NpyArray.littleEndian(ordered)
    switch kind {
    case .unsigned: return Double(bits)
    case .boolean: return bits == 0 ? 0 : 1
    case .signed:
      let unused = 64 - 8 * size
      return Double(Int64(bitPattern: bits << UInt64(unused)) >> Int64(unused))
    case .float:
      switch size {
      case 2: return Double(Float16(bitPattern: UInt16(bits)))
      case 4: return Double(Float(bitPattern: UInt32(bits)))
      default: return Double(bitPattern: bits)
      }
    }
  }
}
