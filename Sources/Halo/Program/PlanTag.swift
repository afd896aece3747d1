/// The tags of the messages on a plan's communicator, where nobody else sends: those of each program begin at one of its
/// own, one for each phase (at most four, one an axis).
enum PlanTag {
  static let update = 0
  /// One program for each combination: 16, 17 and 18.
  static let accumulation = 16
  /// What a program's messages tell of themselves beforehand, so much after its own tags.
  static let announcement = 64
  static let measurement = 192
  static let givingUp = 193
}
