import CPNG

/// A picture of width × height pixels; pixel (0, 0) is at the top left.
public struct Picture: Sendable {
  /// The number of pixels from left to right.
  public let width: Int
  /// The number of pixels from top to bottom.
  public let height: Int
  /// Red, green and blue of each pixel, 0 to 255, row by row.
  private var bytes: [UInt8]

  /// A picture of one colour.
  public init(width: Int, height: Int, filledWith color: Color = Color(grey: 1)) {
    (self.width, self.height) = (width, height)
    bytes = []
    bytes.reserveCapacity(3 * width * height)
    let pixel = Self.encode(color)
    for _ in 0..<width * height { bytes += pixel }
  }

  private static func encode(_ color: Color) -> [UInt8] {
    [color.red, color.green, color.blue].map { UInt8((min(max($0, 0), 1) * 255).rounded()) }
  }

  /// Colours one pixel; one outside the picture is left out.
  public mutating func set(x: Int, y: Int, _ color: Color) {
    guard x >= 0, x < width, y >= 0, y < height else { return }
    let at = 3 * (y * width + x)
    for (channel, byte) in Self.encode(color).enumerated() { bytes[at + channel] = byte }
  }

  /// Fills a rectangle.
  public mutating func fill(x: Range<Int>, y: Range<Int>, _ color: Color) {
    for row in y { for column in x { set(x: column, y: row, color) } }
  }

  /// Writes `text` with its top left corner at (x, y), each dot of a letter `scale` pixels wide.
  ///
  /// Knows figures, capital letters and some signs (see ``Lettering``); anything else is left blank.
  public mutating func write(
    _ text: String, x: Int, y: Int, scale: Int = 2, _ color: Color = Color(grey: 0.1)
  ) {
    var left = x
    for character in text {
      for (row, dots) in Lettering.rows(of: character).enumerated() {
        for column in 0..<Lettering.width where dots >> (Lettering.width - 1 - column) & 1 == 1 {
          let (px, py) = (left + column * scale, y + row * scale)
          fill(x: px..<px + scale, y: py..<py + scale, color)
        }
      }
      left += (Lettering.width + 1) * scale
    }
  }

  /// Writes the picture as a PNG file.
  ///
  /// - Throws: ``PictureError`` with libpng's own words where the file cannot be written.
  public func writePNG(to path: String) throws {
    var image = unsafe png_image()
    unsafe image.version = png_uint_32(PNG_IMAGE_VERSION)
    unsafe image.width = png_uint_32(width)
    unsafe image.height = png_uint_32(height)
    unsafe image.format = png_uint_32(PNG_FORMAT_FLAG_COLOR)  // three bytes a pixel: red, green, blue
    let written = unsafe bytes.withUnsafeBytes { pixels in
      unsafe png_image_write_to_file(&image, path, 0, pixels.baseAddress, 0, nil)
    }
    guard written != 0 else {
      let reason = unsafe withUnsafeBytes(of: image.message) {
        unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      throw PictureError(path: path, reason: reason)
    }
  }
}

/// Why a picture could not be written.
public struct PictureError: Error, Hashable, CustomStringConvertible {
  /// The file.
  public let path: String
  /// libpng's words.
  public let reason: String
  /// The file and the reason, in one line.
  public var description: String { "\(path) cannot be written: \(reason)" }
}
