// What the refused cases look like when they are right. Compiling this proves that those fail for their own fault.
import Halo

func relax(_ u: borrowing Field<Double, 3>, into v: inout Field<Double, 3>, over box: Box<3>) {
  let u = u.view
  var v = v.mutableView
  for i in box[0] {
    for j in box[1] {
      let here = u.row(i, j, box[2])
      let below = u.row(i, j, box[2].shifted(by: -1))
      var out = v.row(i, j, box[2])
      for x in out.indices { out[x] = 0.5 * (here[x] + below[x]) }
    }
  }
}

struct State: ~Copyable, HaloState {
  var u, v: Field<Double, 3>
  var mask: Field<Int32, 3>?
  var next: Field<Double, 3>
  func fields(_ list: inout FieldList) { list.add(u, v, mask) }
}

func allVerbs(
  _ plan: inout HaloPlan<3>, _ u: inout Field<Double, 3>, _ v: inout Field<Double, 3>, _ state: inout State
) throws {
  try plan.exchange(&u)
  let first = try plan.exchange(&u) { u in u[0, 0, 0] }
  try plan.exchangeInPlace(&u) { u in u[1, 1, 1] = first }
  try plan.update(&u) { u, box in relax(u, into: &v, over: box) }
  swap(&u, &v)
  try plan.exchange(&u, &v, &state.u, &state.mask)
  try plan.update(&state) { state, box in relax(state.u, into: &v, over: box) }
  try plan.update(&state.u, &state.v) { u, v, box in relax(u, into: &state.next, over: box) }
  swap(&state.u, &state.next)
  let flight = try plan.start(&u)
  let sum = flight.read { u in u[0, 0, 0] + u[1, 1, 1] }
  try flight.wait()
  u[-1, 0, 0] = sum
}

struct Model: ~Copyable {
  var plan: HaloPlan<3>
  var old, new: Field<Double, 3>
  mutating func step() throws {
    try plan.update(&old) { old, box in relax(old, into: &new, over: box) }
    swap(&old, &new)
  }
}

final class Simulation {
  var plan: HaloPlan<3>
  var old, new: Field<Double, 3>
  init(plan: consuming HaloPlan<3>, old: consuming Field<Double, 3>, new: consuming Field<Double, 3>) {
    self.plan = plan
    self.old = old
    self.new = new
  }
  func step() throws {
    try plan.update(&old) { old, box in relax(old, into: &new, over: box) }
    swap(&old, &new)
  }
}

func tracers(_ plan: inout HaloPlan<3>, _ shared: inout [SharedField<Double, 3>]) throws {
  var tracers = InlineArray<20, Field<Double, 3>> { _ in
    // A test of types alone: never run.
    try! Field([4, 4, 4], halo: 1, repeating: 0)
  }
  try plan.exchange(&tracers)
  try plan.exchange(&shared)
}

func slices(_ u: inout Field<Double, 3>) -> Double {
  var block = u.mutableStrided(u.owned)
  block[1..<3, .all, .index(0)].fill(1)
  var column = block[.all, .index(2), .last(1)]
  column.fill(2)
  return u.strided(u.owned)[.all(by: -1), 0..<2, .first(1)][0, 0, 0]
}

func fieldsOfOtherRanks(
  _ plan: inout HaloPlan<3>, _ u: inout Field<Double, 3>, _ bed: inout Field<Float, 2>,
  _ tracers: inout Field<Double, 4>
) throws {
  try plan.exchange(&u, &bed, &tracers)
  let flight = try plan.start(&bed)
  try flight.wait()
}

func threads(
  _ plan: inout HaloPlan<3>, _ u: inout Field<Double, 3>, _ v: inout Field<Double, 3>,
  _ faces: inout Field<Float, 3>
) throws {
  let factor = 0.5
  try plan.update(&u, writing: &v, &faces, concurrently: 4) { u, v, faces, box in
    let before = u.view
    for i in box[0] {
      u.progress()
      for j in box[1] {
        let here = before.row(i, j, box[2])
        var out = v.row(i, j, box[2])
        for x in out.indices { out[x] = factor * here[x] }
      }
    }
    faces[faces.reach.lower] = 0
  }
}
