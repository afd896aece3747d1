// Each of these races with a halo in flight, or uses a field after its end. None may compile.
import Halo

func relax(_ u: borrowing Field<Double, 3>, into v: inout Field<Double, 3>, over box: Box<3>) {}
func take(_ field: consuming Field<Double, 3>) {}
func make() throws -> Field<Double, 3> { try Field([4, 4, 4], halo: 1, repeating: 0) }

struct State: ~Copyable, HaloState {
  var u: Field<Double, 3>
  func fields(_ list: inout FieldList) { list.add(u) }
}

// MARK: Reaching the field from outside

func writesTheOuterField(_ plan: inout HaloPlan<3>, _ u: inout Field<Double, 3>) throws {
  try plan.exchange(&u) { _ in u[1, 1, 1] = 0 }  // error: modification requires exclusive access
}

func readsTheOuterField(_ plan: inout HaloPlan<3>, _ u: inout Field<Double, 3>) throws {
  try plan.exchange(&u) { _ in print(u[1, 1, 1]) }  // error: modification requires exclusive access
}

func writesTheOuterState(_ plan: inout HaloPlan<3>, _ state: inout State) throws {
  try plan.exchange(&state) { _ in state.u[1, 1, 1] = 2 }  // error: modification requires exclusive access
}

func relaxesIntoTheFieldItself(_ plan: inout HaloPlan<3>, _ u: inout Field<Double, 3>) throws {
  try plan.update(&u) { v, box in relax(v, into: &u, over: box) }  // error: requires exclusive access
}

func swapsInFlight(
  _ plan: inout HaloPlan<3>, _ u: inout Field<Double, 3>, _ v: inout Field<Double, 3>
) throws {
  try plan.exchange(&u) { _ in swap(&u, &v) }  // error: modification requires exclusive access
}

struct Model: ~Copyable {
  var plan: HaloPlan<3>
  var u: Field<Double, 3>
  mutating func reset() {}
  mutating func step() throws {
    try plan.exchange(&u) { _ in reset() }  // error: modification requires exclusive access
  }
}

// MARK: One exchange at a time

func usesThePlanInItsOwnExchange(
  _ plan: inout HaloPlan<3>, _ u: inout Field<Double, 3>, _ v: inout Field<Double, 3>
) throws {
  try plan.exchange(&u) { _ in try plan.exchange(&v) }  // error: modification requires exclusive access
}

func exchangesOneFieldTwice(_ plan: inout HaloPlan<3>, _ u: inout Field<Double, 3>) throws {
  try plan.exchange(&u, &u)  // error: not allowed to alias
}

func writesWhatIsExchanged(_ plan: inout HaloPlan<3>, _ u: inout Field<Double, 3>) throws {
  try plan.update(&u, writing: &u, concurrently: 2) { _, _, _ in }  // error: not allowed to alias
}

func writesOneFieldTwice(
  _ plan: inout HaloPlan<3>, _ u: inout Field<Double, 3>, _ v: inout Field<Double, 3>
) throws {
  try plan.update(&u, writing: &v, &v, concurrently: 2) { _, _, _, _ in }  // error: not allowed to alias
}

// MARK: Rows that outlive their moment

func keepsARowOfTheHalo(_ plan: inout HaloPlan<3>, _ u: inout Field<Double, 3>) throws {
  let row = u.row(-1, 0, 0..<3)
  try plan.exchange(&u)  // error: modification requires exclusive access
  print(row[0])
}

func writesARowMadeBefore(_ plan: inout HaloPlan<3>, _ u: inout Field<Double, 3>) throws {
  var row = u.mutableRow(-1, 0, 0..<3)  // error: modification requires exclusive access
  try plan.exchange(&u) { _ in row[0] = 1 }
}

func keepsARowPastConsume(_ u: consuming Field<Double, 3>) {  // error: used after consume
  let row = u.row(0, 0, 0..<2)
  take(u)  // error: deinitialization requires exclusive access
  print(row[0])
}

func keepsAViewPastConsume(_ u: consuming Field<Double, 3>) {  // error: used after consume
  let view = u.view
  take(u)  // error: deinitialization requires exclusive access
  print(view[0, 0, 0])
}

func keepsARowPastReplacement() throws {
  var u = try make()
  let row = u.row(0, 0, 0..<2)
  u = try make()  // error: modification requires exclusive access
  print(row[0])
}

func keepsARowPastSwap(_ u: inout Field<Double, 3>, _ v: inout Field<Double, 3>) {
  let row = u.row(0, 0, 0..<2)
  swap(&u, &v)  // error: modification requires exclusive access
  print(row[0])
}

func readsARowBesideAMutableOne(_ u: inout Field<Double, 3>) {
  var out = u.mutableRow(0, 0, 0..<3)  // error: modification requires exclusive access
  let row = u.row(1, 0, 0..<3)
  out[0] = row[0]
}

func aliasesAKernel(_ u: inout Field<Double, 3>) {
  relax(u, into: &u, over: u.owned)  // error: modification requires exclusive access
}

// MARK: Copies

func copiesAField(_ u: borrowing Field<Double, 3>) {  // error: is borrowed and cannot be consumed
  let copy = u
  _ = copy.extents
}

// MARK: The split form

func touchesTheFieldBeforeWaiting(_ plan: inout HaloPlan<3>, _ u: inout Field<Double, 3>) throws {
  let flight = try plan.start(&u)  // error: modification requires exclusive access
  u[0, 0, 0] = 1
  try flight.wait()
}

func waitsTwice(_ plan: inout HaloPlan<3>, _ u: inout Field<Double, 3>) throws {
  let flight = try plan.start(&u)  // error: consumed more than once
  try flight.wait()
  try flight.wait()
}
