import ExampleSupport
import Testing

@Suite("Sums and checksums of examples") struct SumTests {
  @Test("A compensated sum keeps what a plain one loses")
  func compensated() {
    var sum = CompensatedSum()
    for term in [1, 1e100, 1, -1e100] { sum.add(term) }
    #expect(sum.total == 2)
  }

  @Test("The checksum of lists is FNV-1a of their bytes, lowest first")
  func checksum() {
    #expect(Checksum.text(of: []) == "cbf29ce484222325")
    // As the bytes 0 0 0 0 0 0 f0 3f.
    let one = (0..<8).map { $0 == 6 ? 0xf0 : $0 == 7 ? 0x3f : 0 }.reduce(0xcbf2_9ce4_8422_2325 as UInt64) {
      ($0 ^ $1) &* 0x100_0000_01b3
    }
    #expect(Checksum.text(of: [1]) == String(one, radix: 16))
    #expect(Checksum.text(of: [1, -2.5], [3]) == Checksum.text(of: [1], [-2.5, 3]))
    #expect(Checksum.text(of: [0]) != Checksum.text(of: [-0.0]))
  }
}
