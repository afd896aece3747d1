extension Runs {
  /// Copies the runs of two levels, asking for the cache lines of each run `distance` runs before it is copied.
  @inline(never)
  func copyPlane<Ahead: Lookahead>(
    _ source: UnsafeRawPointer, _ destination: UnsafeMutableRawPointer, _ inner: StridedCopy.Level,
    _ outer: StridedCopy.Level, _ ahead: Ahead.Type, distance: Int
  ) {
    // A run so far ahead is in the same row or in the next; where rows are short, it is some whole rows ahead.
    let columnsAhead = distance < inner.count ? distance : 0
    let rowsAhead = distance < inner.count ? 0 : (distance &+ inner.count &- 1) / inner.count
    let columns = inner.count &- columnsAhead
    let near = Step(inner, times: columnsAhead) + Step(outer, times: rowsAhead)
    let next = Step(outer, times: 1) - Step(inner, times: columns)

    var (from, to) = unsafe (source, destination)
    for row in 0..<outer.count {
      // Behind the last run there is nothing to ask for.
      let isNear = row &+ rowsAhead < outer.count
      unsafe copyRow(from, to, inner, count: columns, isNear ? near : .none, ahead)
      if columnsAhead > 0 {
        let rest = Step(inner, times: columns)
        let hasNext = row &+ 1 < outer.count
        unsafe copyRow(
          from + rest.source, to + rest.destination, inner, count: columnsAhead, hasNext ? next : .none, ahead
        )
      }
      unsafe from += outer.source
      unsafe to += outer.destination
    }
  }

  @inline(__always)
  private func copyRow<Ahead: Lookahead>(
    _ source: UnsafeRawPointer, _ destination: UnsafeMutableRawPointer, _ level: StridedCopy.Level,
    count: Int, _ step: Step, _ ahead: Ahead.Type
  ) {
    var (from, to) = unsafe (source, destination)
    // Not counted: the compiler would unroll the loop, and run out of registers for the addresses.
    let end = unsafe destination + level.destination &* count
    while unsafe to != end {
      unsafe move(from: from, to: to, askingAt: step, ahead)
      unsafe from += level.source
      unsafe to += level.destination
    }
  }
}
