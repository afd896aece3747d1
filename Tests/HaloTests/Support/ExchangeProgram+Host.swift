@testable import Halo

extension ExchangeProgram {
  /// The program of fields in the process's memory that this is.
  var host: HostProgram {
    guard let program = self as? HostProgram else { fatalError("not a program of fields in memory: \(self)") }
    return program
  }
}
