import Foundation

/// Where the pictures of one run are written.
public struct PictureFolder: Sendable {
  private let path: String
  /// The pictures so far.
  public private(set) var files: [String] = []

  /// Makes the folder where there is none: the one rank that draws does, before the time to draw has come.
  ///
  /// - Throws: ``Problem`` with the system's own words where that is refused.
  public init(at path: String) throws {
    self.path = path
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw Problem("the folder \(path) for the pictures cannot be made: \(error.localizedDescription)")
    }
  }

  /// Writes a picture as the PNG file of a name.
  ///
  /// - Throws: ``PictureError`` where the file cannot be written.
  public mutating func write(_ picture: Picture, named name: String) throws {
    let file = "\(path)/\(name).png"
    try picture.writePNG(to: file)
    files.append(file)
  }

  /// Writes a picture as the PNG file of a name and the number of pictures before it, in two digits.
  ///
  /// - Throws: ``PictureError`` where the file cannot be written.
  public mutating func write(_ picture: Picture, numbered name: String) throws {
    try write(picture, named: "\(name)-\(files.count < 10 ? "0" : "")\(files.count)")
  }
}
