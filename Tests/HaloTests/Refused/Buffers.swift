// Each of these gives one buffer to two owners, or uses its memory after its end. None may compile.
import Halo

func pop() throws -> Buffer { try Buffer.popFromCache(shape: [4, 4], dtype: .float64) }

// MARK: One owner

func pushesTwice() throws {
  let buffer = try pop()  // error: consumed more than once
  buffer.pushToCache()
  buffer.pushToCache()
}

func usesAfterThePush() throws {
  let buffer = try pop()  // error: used after consume
  buffer.pushToCache()
  print(buffer.count)
}

func assignsAfterThePush(_ source: borrowing StridedView<Double>) throws {
  var buffer = try pop()  // error: used after consume
  buffer.pushToCache()
  try buffer.assign(from: source)
}

func pushesALentBuffer(_ buffer: borrowing Buffer) {  // error: is borrowed and cannot be consumed
  buffer.pushToCache()
}

func pushesTheBufferOfAScope() throws {
  try withArrayBuffer(shape: [4], dtype: .float64) { buffer in  // error: missing reinitialization
    buffer.pushToCache()
  }
}

func pushesInOneBranchOnly(_ early: Bool) throws {
  let buffer = try pop()  // error: used after consume
  if early { buffer.pushToCache() }
  print(buffer.count)
}

// MARK: Spans and views that outlive their buffer

func keepsASpanPastThePush() throws {
  let buffer = try pop()
  let span = buffer.span(as: Double.self)
  buffer.pushToCache()  // error: cannot be consumed when captured by an escaping closure or borrowed
  print(span[0])
}

func keepsAViewPastThePush() throws {
  let buffer = try pop()
  let view = buffer.view(as: Double.self)
  buffer.pushToCache()  // error: cannot be consumed when captured by an escaping closure or borrowed
  print(view[0, 0])
}

func keepsASpanPastTheScopeOfItsBuffer() throws {
  var span = Span<Double>()  // error: lifetime-dependent variable 'span' escapes its scope
  do {
    let buffer = try pop()
    span = buffer.span(as: Double.self)
  }
  print(span[0])
}

func assignsUnderASpan(_ source: borrowing StridedView<Double>) throws {
  var buffer = try pop()
  let span = buffer.span(as: Double.self)
  try buffer.assign(from: source)  // error: modification requires exclusive access
  print(span[0])
}

func takesTwoMutableSpans() throws {
  var buffer = try pop()
  var first = buffer.mutableSpan(as: Double.self)  // error: modification requires exclusive access
  var second = buffer.mutableSpan(as: Double.self)
  first[0] = 1
  second[0] = 2
}

// MARK: Spans that leave their scope

func keepsTheSpanOfASendScope(_ array: borrowing StridedView<Double>) throws {
  var kept = Span<Double>()  // error: lifetime-dependent variable 'kept' escapes its scope
  try withSendBuffer(array) { span in kept = span }
  print(kept.count)
}
