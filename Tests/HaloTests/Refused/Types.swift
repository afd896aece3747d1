// Each of these breaks a rule that the types alone express. None may compile.
import Halo

func make() throws -> Field<Double, 3> { try Field([4, 4, 4], halo: 1, repeating: 0) }

func returnsARow(_ plan: inout HaloPlan<3>, _ u: inout Field<Double, 3>) throws {
  let row = try plan.exchange(&u) { u in u.row(0, 0, 0..<3) }
  _ = row[0]
}

final class Keeper {
  var flight: InFlight<Double, 3>?
}

func exchangesAnotherRank(_ plan: inout HaloPlan<3>, _ u: inout Field<Double, 2>) throws {
  let flight = try plan.start(&u)
  try flight.wait()
}

func putsFieldsInAnArray() {
  let fields: [Field<Double, 3>] = []
  _ = fields.count
}

struct Plain: ~Copyable {
  var u: Field<Double, 3>
}

func exchangesAStructThatListsNothing(_ plan: inout HaloPlan<3>, _ state: inout Plain) throws {
  try plan.exchange(&state)
}

func passesAFieldWithoutSayingHow(_ u: Field<Double, 3>) {}

actor Solver {
  var plan: HaloPlan<3>
  var u: Field<Double, 3>
  init(plan: consuming HaloPlan<3>, u: consuming Field<Double, 3>) {
    self.plan = plan
    self.u = u
  }
  func step() async throws {
    try plan.exchange(&u) { _ in await Task.yield() }
  }
}
