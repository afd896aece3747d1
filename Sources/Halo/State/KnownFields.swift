/// The fields that were last found to be what a plan was built for, so that no update compares them again.
///
/// Steps of a simulation swap two fields or three; by their serial numbers a few are remembered.
struct KnownFields {
  private var serials = InlineArray<4, UInt64>(repeating: 0)
  private var oldest = 0

  func contains(_ field: FieldStorage) -> Bool {
    for index in serials.indices where serials[index] == field.serial { return true }
    return false
  }

  mutating func insert(_ field: FieldStorage) {
    serials[oldest] = field.serial
    oldest = (oldest + 1) % serials.count
  }
}
