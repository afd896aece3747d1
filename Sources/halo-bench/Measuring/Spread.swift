/// The least, the median and the greatest of some figures.
struct Spread: Equatable {
  let min: Double
  let median: Double
  let max: Double

  /// The spread of one figure or more.
  init(of figures: [Double]) {
    let sorted = figures.sorted()
    min = sorted[0]
    max = sorted[sorted.count - 1]
    let middle = sorted.count / 2
    median = sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }

  private init(min: Double, median: Double, max: Double) {
    (self.min, self.median, self.max) = (min, median, max)
  }

  /// Of seconds, the rates at which so much is done.
  func rates(of amount: Double) -> Spread {
    Spread(min: amount / max, median: amount / median, max: amount / min)
  }

  /// All figures times a factor.
  func scaled(by factor: Double) -> Spread {
    Spread(min: min * factor, median: median * factor, max: max * factor)
  }
}
