// Each of these races with a halo in flight, or uses a field after its end. None may compile.
import Halo

func relax(_ u: borrowing Field<Double, 3>, into v: inout Field<Double, 3>, over box: Box<3>) {}
func take(_ field: consuming Field<Double, 3>) {}
func make() throws -> Field<Double, 3> { try Field([4, 4, 4], halo: 1, repeating: 0) }

// MARK: Writing what is lent to be read

func writesTheLentField(_ plan: inout HaloPlan<3>, _ u: inout Field<Double, 3>) throws {
  try plan.exchange(&u) { u in u[1, 1, 1] = 0 }
}

func takesAMutableRowOfTheLentField(_ plan: inout HaloPlan<3>, _ u: inout Field<Double, 3>) throws {
  try plan.exchange(&u) { u in
    var row = u.mutableRow(1, 1, 1..<2)
    row[0] = 1
  }
}

struct State: ~Copyable, HaloState {
  var u: Field<Double, 3>
  func fields(_ list: inout FieldList) { list.add(u) }
}

func writesAMemberOfTheLentState(_ plan: inout HaloPlan<3>, _ state: inout State) throws {
  try plan.exchange(&state) { state in state.u[1, 1, 1] = 2 }
}

// MARK: Reaching the field from outside

func writesTheOuterField(_ plan: inout HaloPlan<3>, _ u: inout Field<Double, 3>) throws {
  try plan.exchange(&u) { _ in u[1, 1, 1] = 0 }
}

func readsTheOuterField(_ plan: inout HaloPlan<3>, _ u: inout Field<Double, 3>) throws {
  try plan.exchange(&u) { _ in print(u[1, 1, 1]) }
}

func writesTheOuterState(_ plan: inout HaloPlan<3>, _ state: inout State) throws {
  try plan.exchange(&state) { _ in state.u[1, 1, 1] = 2 }
}

func relaxesIntoTheFieldItself(_ plan: inout HaloPlan<3>, _ u: inout Field<Double, 3>) throws {
  try plan.update(&u) { old, box in relax(old, into: &u, over: box) }
}

func swapsInFlight(
  _ plan: inout HaloPlan<3>, _ u: inout Field<Double, 3>, _ v: inout Field<Double, 3>
) throws {
  try plan.exchange(&u) { _ in swap(&u, &v) }
}

struct Model: ~Copyable {
  var plan: HaloPlan<3>
  var u: Field<Double, 3>
  mutating func reset() {}
  mutating func step() throws {
    try plan.exchange(&u) { _ in reset() }
  }
}

// MARK: One exchange at a time

func usesThePlanInItsOwnExchange(
  _ plan: inout HaloPlan<3>, _ u: inout Field<Double, 3>, _ v: inout Field<Double, 3>
) throws {
  try plan.exchange(&u) { _ in try plan.exchange(&v) }
}

func exchangesOneFieldTwice(_ plan: inout HaloPlan<3>, _ u: inout Field<Double, 3>) throws {
  try plan.exchange(&u, &u)
}

// MARK: Rows that outlive their moment

func keepsARowOfTheHalo(_ plan: inout HaloPlan<3>, _ u: inout Field<Double, 3>) throws {
  let row = u.row(-1, 0, 0..<3)
  try plan.exchange(&u)
  print(row[0])
}

func writesARowMadeBefore(_ plan: inout HaloPlan<3>, _ u: inout Field<Double, 3>) throws {
  var row = u.mutableRow(-1, 0, 0..<3)
  try plan.exchange(&u) { _ in row[0] = 1 }
}

func keepsARowPastConsume(_ u: consuming Field<Double, 3>) {
  let row = u.row(0, 0, 0..<2)
  take(u)
  print(row[0])
}

func keepsAViewPastConsume(_ u: consuming Field<Double, 3>) {
  let view = u.view
  take(u)
  print(view[0, 0, 0])
}

func keepsARowPastReplacement() throws {
  var u = try make()
  let row = u.row(0, 0, 0..<2)
  u = try make()
  print(row[0])
}

func keepsARowPastSwap(_ u: inout Field<Double, 3>, _ v: inout Field<Double, 3>) {
  let row = u.row(0, 0, 0..<2)
  swap(&u, &v)
  print(row[0])
}

func readsARowBesideAMutableOne(_ u: inout Field<Double, 3>) {
  var out = u.mutableRow(0, 0, 0..<3)
  let row = u.row(1, 0, 0..<3)
  out[0] = row[0]
}

func aliasesAKernel(_ u: inout Field<Double, 3>) {
  relax(u, into: &u, over: u.owned)
}

// MARK: Copies

func copiesAField(_ u: borrowing Field<Double, 3>) {
  let copy = u
  _ = copy.extents
}

func exchangesABorrowedField(_ plan: inout HaloPlan<3>, _ u: borrowing Field<Double, 3>) throws {
  try plan.exchange(&u)
}

// MARK: The split form

func touchesTheFieldBeforeWaiting(_ plan: inout HaloPlan<3>, _ u: inout Field<Double, 3>) throws {
  let flight = try plan.start(&u)
  u[0, 0, 0] = 1
  try flight.wait()
}

func waitsTwice(_ plan: inout HaloPlan<3>, _ u: inout Field<Double, 3>) throws {
  let flight = try plan.start(&u)
  try flight.wait()
  try flight.wait()
}

func returnsAFlight(
  _ plan: inout HaloPlan<3>, _ u: inout Field<Double, 3>
) throws -> InFlight<Double, 3> {
  try plan.start(&u)
}
