// Each of these breaks a rule that the types alone express. None may compile.
import Halo

// MARK: Writing what is lent to be read

func writesTheLentField(_ plan: inout HaloPlan<3>, _ u: inout Field<Double, 3>) throws {
  try plan.exchange(&u) { u in u[1, 1, 1] = 0 }  // error: cannot assign through subscript
}

func takesAMutableRowOfTheLentField(_ plan: inout HaloPlan<3>, _ u: inout Field<Double, 3>) throws {
  try plan.exchange(&u) { u in
    var row = u.mutableRow(1, 1, 1..<2)  // error: cannot use mutating member
    row[0] = 1
  }
}

struct State: ~Copyable, HaloState {
  var u: Field<Double, 3>
  func fields(_ list: inout FieldList) { list.add(u) }
}

func writesAMemberOfTheLentState(_ plan: inout HaloPlan<3>, _ state: inout State) throws {
  try plan.exchange(&state) { state in state.u[1, 1, 1] = 2 }  // error: cannot assign through subscript
}

func exchangesABorrowedField(_ plan: inout HaloPlan<3>, _ u: borrowing Field<Double, 3>) throws {
  try plan.exchange(&u)  // error: cannot pass immutable value as inout
}

// MARK: What a type cannot hold

func returnsARow(_ plan: inout HaloPlan<3>, _ u: inout Field<Double, 3>) throws {
  let row: Span<Double> = try plan.exchange(&u) { u in u.row(0, 0, 0..<3) }  // error: conform to 'Escapable'
  _ = row[0]
}

final class Keeper {
  var flight: InFlight<Double, 3>?  // error: cannot return a ~Escapable result
}

func putsFieldsInAnArray() {
  let fields: [Field<Double, 3>] = []  // error: does not conform to protocol 'Copyable'
  _ = fields.count
}

struct Plain: ~Copyable {
  var u: Field<Double, 3>
}

func exchangesAStructThatListsNothing(_ plan: inout HaloPlan<3>, _ state: inout Plain) throws {
  try plan.exchange(&state)  // error: conform to 'HaloState'
}

func passesAFieldWithoutSayingHow(_ u: Field<Double, 3>) {}  // error: must specify ownership

actor Solver {
  var plan: HaloPlan<3>
  var u: Field<Double, 3>
  init(plan: consuming HaloPlan<3>, u: consuming Field<Double, 3>) {
    self.plan = plan
    self.u = u
  }
  func step() async throws {
    try plan.exchange(&u) { _ in await Task.yield() }  // error: expecting synchronous function type
  }
}

func returnsAFlight(
  _ plan: inout HaloPlan<3>, _ u: inout Field<Double, 3>
) throws -> InFlight<Double, 3> {  // error: cannot return a ~Escapable result
  try plan.start(&u)
}

// MARK: Spans that leave the scope of their buffer

func returnsASpan() throws -> Span<Double> {  // error: cannot return a ~Escapable result
  let buffer = try Buffer.popFromCache(shape: [4, 4], dtype: .float64)
  return buffer.span(as: Double.self)
}

func returnsTheSpanOfASendScope(_ array: borrowing StridedView<Double>) throws {
  let span: Span<Double> = try withSendBuffer(array) { span in span }  // error: conform to 'Escapable'
  print(span[0])
}

func keepsASendRequestPastItsScope(_ array: borrowing StridedView<Double>, _ world: Communicator) throws {
  let request: SendRequest = try withSendBuffer(array) { span in  // error: conform to 'Escapable'
    try world.startSend(span, to: 1, tag: 0)
  }
  try request.wait()
}

// MARK: Keeping a view of memory that is lent

struct ViewKeeper {
  var view: BufferView  // error: has non-Escapable type
}
