import CAccelerators
import SeededRandom
import Testing

/// The kernel, in each of its forms, against a naive oracle: every byte of the memories, those around the regions too.
@Suite struct TransferKernelTests {
  private func check(_ runner: some TransferRunner, cases: Int, byAddress: Bool = false) throws {
    for number in 0..<cases {
      var chance = Chance(case: number)
      let transfer = TransferCase(&chance)
      let found = try runner.memories(after: transfer, byAddress: byAddress)
      for (memory, bytes) in found.enumerated() where bytes != transfer.after[memory] {
        let first = zip(bytes, transfer.after[memory]).enumerated().first { $1.0 != $1.1 }?.offset
        Issue.record(
          "seed \(Chance.seed), case \(number): memory \(memory) differs first at byte \(first ?? -1)")
        return
      }
    }
  }

  @Test(arguments: [false, true]) func hostCopiesLikeTheOracle(byAddress: Bool) throws {
    try check(HostRunner(), cases: 30, byAddress: byAddress)
  }

  @Test(.enabled(if: OpenCLRunner.isThere, "no OpenCL device")) func openCLCopiesLikeTheOracle() throws {
    try check(OpenCLRunner(), cases: 30)
  }

  @Test(.enabled(if: CUDARunner.isThere, "no CUDA device"), arguments: [false, true])
  func cudaCopiesLikeTheOracle(byAddress: Bool) throws {
    try check(CUDARunner(), cases: 15, byAddress: byAddress)
  }

  @Test func indicesAreDividedExactly() {
    var chance = Chance(case: 0)
    for _ in 0..<3000 {
      let extent = UInt32(chance.number(in: 2...(1 << chance.number(in: 2...30))))
      var region = transfer_region()
      unsafe transfer_region_add_axis(&region, 1, 1, extent)
      let (multiplier, shift) = (region.axes.0.multiplier, region.shifts.0)
      let multiple = UInt32.random(in: 1...(UInt32(Int32.max) / extent), using: &chance) * extent
      for index in [0, 1, extent - 1, extent, multiple - 1, multiple, UInt32(Int32.max)] {
        let quotient = UInt32((UInt64(index) * UInt64(multiplier)) >> 32) >> UInt32(shift)
        #expect(quotient == index / extent, "\(index) / \(extent)")
      }
    }
  }
}
