/// The fields that were last found to be what a plan was built for, so that no update compares them again.
///
/// Steps of a simulation swap two fields or three; by their serial numbers a few are remembered. They are counted in the
/// order in which they came: where all ranks do the same, a field has the same number on all.
struct KnownFields {
  private var serials = InlineArray<4, UInt64>(repeating: 0)
  private var numbers = InlineArray<4, Int>(repeating: 0)
  private var oldest = 0
  private var count = 0

  /// The number of a field, from 1 on; `nil` if it is not known.
  func number(of field: FieldStorage) -> Int? {
    for index in serials.indices where serials[index] == field.serial { return numbers[index] }
    return nil
  }

  /// Remembers a field; its number.
  mutating func insert(_ field: FieldStorage) -> Int {
    count += 1
    serials[oldest] = field.serial
    numbers[oldest] = count
    oldest = (oldest + 1) % serials.count
    return count
  }
}
