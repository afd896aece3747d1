// Each of these touches memory that MPI is reading or writing, or loses track of a request. None may compile.
import Halo

func changesWhatIsSent(_ world: Communicator) throws {
  var values = [0.0, 1.0]
  let request = try world.startSend(values.span, to: 0, tag: 0)
  values[0] = 2  // error: requires exclusive access
  try request.wait()
}

func readsWhatIsReceived(_ world: Communicator) throws {
  var values = [0.0, 1.0]
  var memory = values.mutableSpan
  let request = try world.startReceive(into: &memory, from: 0, tag: 0)  // error: requires exclusive access
  print(memory[0])
  try request.wait()
}

func changesWhatIsReceived(_ world: Communicator) throws {
  var values = [0.0, 1.0]
  var memory = values.mutableSpan  // error: requires exclusive access
  let request = try world.startReceive(into: &memory, from: 0, tag: 0)
  values[0] = 2
  try request.wait()
}

func waitsTwice(_ world: Communicator) throws {
  let values = [0.0, 1.0]
  let request = try world.startSend(values.span, to: 0, tag: 0)  // error: consumed more than once
  try request.wait()
  try request.wait()
}

func copiesARequest(_ world: Communicator) throws {
  let values = [0.0, 1.0]
  let request = try world.startSend(values.span, to: 0, tag: 0)  // error: consumed more than once
  let copy = request
  try request.wait()
  try copy.wait()
}

func keepsElementsPastTheStart(_ world: Communicator) throws {
  var request = try world.persistentSend(repeating: 0.0, count: 4, to: 0, tag: 0)
  var elements = request.elements  // error: requires exclusive access
  try request.start()
  elements[0] = 1
}
