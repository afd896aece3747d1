import Testing

/// Arguments that do not exist or do not fit: one line that names the option, exit status 64, nothing run.
@Suite struct ArgumentTests {
  @Test(arguments: [
    "--shape 1,2", "--shape 1,2,3,4", "--shape a,b,c", "--shape 99999999999999999999,8,8",
    "--shape 0,8,8", "--shape 8,-8,8", "--shape -8,8,8", "--shape", "--shape 8,8,8,",
    "--shape 9000000000000000000,8,8", "--shape 3000000000,3000000000,3000000000",
    "--shape 200000,200000,200", "--shape 8,8,9223372036854775807 --dtype int8",
    "--halo 0", "--halo -3", "--halo x", "--halo 9223372036854775807", "--halo 9 --shape 8,8,8",
    "--halo 3 --shape 8,2,8", "--dtype float65", "--dtype double", "--layout nope", "--layout c-face-3",
    "--layout c-face-0,", "--layout C-FACE-0", "--seconds -1", "--seconds nan", "--seconds x",
    "--json /no/such/folder/file", "--json /", "--frob",
  ])
  func badArgumentsOfPackAreRefusedInOneLine(line: String) throws {
    let arguments = line.split(separator: " ").map(String.init)
    try expectRefusal(of: ["pack", "--layout", "c-corner"] + arguments, naming: arguments[0])
  }

  @Test(arguments: [
    "--local 1,2", "--local 0,8,8", "--local 8,-8,8", "--local 9000000000000000000,8,8",
    "--local 3000000000,3000000000,3000000000", "--local 20000,20000,20000", "--halo 0", "--halo -1",
    "--halo 65", "--halo 9223372036854775807", "--fields 0", "--fields -2", "--fields 9223372036854775807",
    "--process-grid 1,1", "--process-grid 0,1,1", "--process-grid -1,-1,1", "--process-grid 2,1,1",
    "--process-grid 1,9223372036854775807,1", "--dtype float65", "--periodic 1,1", "--periodic 1,2,1",
    "--reps 0", "--reps -1", "--reps 2000000", "--route local", "--route shared", "--route Window",
    "--compare --route packed", "--compare --route auto", "--route staged",
    "--memory disk", "--faces --corners", "--json /", "--frob",
  ])
  func badArgumentsOfExchangeAreRefusedInOneLine(line: String) throws {
    let arguments = line.split(separator: " ").map(String.init)
    try expectRefusal(of: ["exchange", "--reps", "1"] + arguments, naming: arguments[0])
  }

  @Test(arguments: ["latency --seconds -1", "timer --seconds 4000", "timer --json /", "nope", "pack extra"])
  func badArgumentsElsewhereAreRefusedInOneLine(line: String) throws {
    let arguments = line.split(separator: " ").map(String.init)
    try expectRefusal(of: arguments, naming: arguments.first { $0.hasPrefix("--") } ?? arguments.last ?? "")
  }

  private func expectRefusal(of arguments: [String], naming option: String) throws {
    let result = try Program.run(arguments)
    #expect(result.status == 64)
    #expect(result.output.isEmpty)
    let lines = result.errors.split(separator: "\n")
    #expect(lines.count == 1 && result.errors.contains(option), "\(result.errors)")
  }

  @Test func widthsAtTheLimitAreAccepted() throws {
    let arguments = ["pack", "--shape", "3,3,3", "--halo", "3", "--layout", "c-corner", "--seconds", "0"]
    #expect(try Program.run(arguments).status == 0)
  }

  @Test func helpListsTheLayouts() throws {
    let result = try Program.run(["pack", "--help"])
    #expect(result.status == 0 && result.errors.isEmpty)
    for name in PackTests.layouts { #expect(result.output.contains("  \(name) "), "\(name)") }
    #expect(result.output.split(separator: "\n").allSatisfy { $0.count <= 80 || $0.hasPrefix("USAGE") })
  }

  @Test func helpOfExchangeNamesTheRoutes() throws {
    let result = try Program.run(["exchange", "--help"])
    #expect(result.status == 0 && result.errors.isEmpty)
    for route in ExchangeTests.routes + ExchangeTests.routesOfDevices {
      #expect(result.output.contains("\n  \(route) "), "\(route)")
    }
    for option in ["--route <route>", "--compare", "auto"] { #expect(result.output.contains(option)) }
    #expect(result.output.split(separator: "\n").allSatisfy { $0.count <= 80 || $0.hasPrefix("USAGE") })
  }

  @Test func helpNamesTheCommands() throws {
    let result = try Program.run([])
    #expect(result.status == 0)
    for command in ["pack", "exchange", "latency", "timer"] {
      #expect(result.output.contains("  \(command) "))
    }
  }
}
