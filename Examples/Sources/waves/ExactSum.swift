/// A sum that carries its rounding errors along (Neumaier 1974), near enough to tell those of the scheme from its own.
struct ExactSum {
  private var sum = 0.0
  private var lost = 0.0

  var total: Double { sum + lost }

  mutating func add(_ term: Double) {
    let total = sum + term
    lost += abs(sum) >= abs(term) ? (sum - total) + term : (term - total) + sum
    sum = total
  }
}
