import MPI
import Testing

@Suite struct TextListTests {
  @Test(arguments: [
    [], [""], ["", "a", ""], ["rank", "more than 2³¹", "a\0b", String(repeating: "x", count: 300)],
  ])
  func decodesWhatItEncodes(texts: [String]) {
    #expect(TextList(decoding: TextList(texts).encoded).texts == texts)
  }

  @Test func encodesTheNumberOfBytesFirst() {
    #expect(TextList(["é", ""]).encoded == [2, 0, 0, 0, 0xc3, 0xa9, 0, 0, 0, 0])
  }
}
