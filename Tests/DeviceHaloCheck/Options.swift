/// What the command line asks for.
struct Options {
  var memory = TestedMemory.cuda
  var cases = 0..<60
  /// Whether to print the device's name and nothing else.
  var showsName = false

  init(_ arguments: [String]) throws(Failure) {
    var rest = arguments[...]
    while let option = rest.popFirst() {
      switch option {
      case "--name": showsName = true
      case "--memory":
        guard let memory = rest.popFirst().flatMap(TestedMemory.init(rawValue:)) else {
          throw Failure("--memory takes \(TestedMemory.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        self.memory = memory
      case "--cases":
        let count = try Self.number(of: option, rest.popFirst())
        cases = 0..<count
      case "--case":
        let number = try Self.number(of: option, rest.popFirst())
        cases = number..<number + 1
      default: throw Failure("there is no option \(option): give --memory, --cases, --case or --name")
      }
    }
  }

  private static func number(of option: String, _ argument: String?) throws(Failure) -> Int {
    guard let number = argument.flatMap({ Int($0) }), (0..<1_000_000).contains(number) else {
      throw Failure("\(option) takes a number from 0 to 999999")
    }
    return number
  }
}
