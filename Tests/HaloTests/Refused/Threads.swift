// Each of these lets two threads of one kernel write the same place. None may compile.
import Halo

struct Shared: ~Copyable, HaloState {
  var u: SharedField<Double, 3>
  func fields(_ list: inout FieldList) { list.add(u) }
}

func addsToACapturedNumber(
  _ plan: inout HaloPlan<3>, _ u: inout Field<Double, 3>, _ v: inout Field<Double, 3>
) throws {
  var total = 0.0
  try plan.update(&u, writing: &v, concurrently: 2) { u, _, _ in
    total += u[1, 1, 1]  // error: mutation of captured var 'total' in concurrently-executing code
  }
}

func writesAFieldThatWasNotHandedOver(
  _ plan: inout HaloPlan<3>, _ u: inout Field<Double, 3>, _ v: inout Field<Double, 3>,
  _ w: inout Field<Double, 3>
) throws {
  try plan.update(&u, writing: &v, concurrently: 2) { _, _, _ in
    w[1, 1, 1] = 0  // error: mutable capture of 'inout' parameter 'w'
  }
}

func writesTheWholeField(
  _ plan: inout HaloPlan<3>, _ u: inout Field<Double, 3>, _ v: inout Field<Double, 3>
) throws {
  try plan.update(&u, writing: &v, concurrently: 2) { _, _, _ in
    v[1, 1, 1] = 0  // error: mutable capture of 'inout' parameter 'v'
  }
}

func readsTheFieldThatIsExchangedFromOutside(
  _ plan: inout HaloPlan<3>, _ u: inout Field<Double, 3>, _ v: inout Field<Double, 3>
) throws {
  try plan.update(&u, writing: &v, concurrently: 2) { _, _, _ in
    print(u[1, 1, 1])  // error: mutable capture of 'inout' parameter 'u'
  }
}

func countsInATimer(
  _ plan: inout HaloPlan<3>, _ u: inout Field<Double, 3>, _ v: inout Field<Double, 3>, _ timer: Timer
) throws {
  try plan.update(&u, writing: &v, concurrently: 2) { _, _, _ in
    timer.count(bytes: 8, for: "kernel")  // error: capture of 'timer' with non-Sendable type 'Timer'
  }
}

func sharesAClass(
  _ plan: inout HaloPlan<3>, _ shared: inout SharedField<Double, 3>, _ v: inout Field<Double, 3>
) throws {
  try plan.update(&shared, writing: &v, concurrently: 2) { _, _, _ in }  // error: does not conform to
}
