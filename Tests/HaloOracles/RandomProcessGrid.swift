/// Ranks along each axis; all ranks draw the same.
public func randomProcessGrid(axes: Int, ranks: Int, _ generator: inout some RandomNumberGenerator) -> [Int] {
  var processGrid = [Int](repeating: 1, count: axes)
  var rest = ranks
  for prime in [2, 3, 5, 7] {
    while rest % prime == 0 {
      processGrid[Int.random(in: 0..<axes, using: &generator)] *= prime
      rest /= prime
    }
  }
  processGrid[axes - 1] *= rest
  return processGrid
}
