import Glibc

/// Runs `body` with a variable of the environment set.
public func withEnvironment<Result>(_ name: String, _ value: String, _ body: () throws -> Result) rethrows
  -> Result
{
  _ = unsafe setenv(name, value, 1)
  defer { _ = unsafe unsetenv(name) }
  return try body()
}
