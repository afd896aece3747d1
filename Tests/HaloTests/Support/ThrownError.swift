import Halo

/// The error of the library's that a body throws, or `nil`.
func thrownHaloError(_ body: () throws -> Void) -> HaloError? {
  do {
    try body()
    return nil
  } catch {
    return error as? HaloError
  }
}
