/// Two fields of a list that are the components of one vector field.
struct FieldVector: Hashable {
  /// The place of the component along the last axis of the grid.
  let x: Int
  /// The place of the component along the axis before it.
  let y: Int

  /// Where a component's values go, and whether they change their sign, when they are turned clockwise.
  func destination(of component: Int, turned quarterTurns: Int) -> (field: Int, changesSign: Bool) {
    switch (quarterTurns, component == x) {
    case (1, true): (y, true)
    case (1, false): (x, false)
    case (2, _): (component, true)
    case (3, true): (y, false)
    case (3, false): (x, true)
    default: (component, false)
    }
  }
}
