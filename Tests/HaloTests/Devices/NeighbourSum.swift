import Halo

/// A kernel whose result tells every neighbour of a cell from every other: on a device, and on a whole grid in memory.
struct NeighbourSum {
  /// Of the neighbours, row after row.
  private static let weights: [UInt32] = [3, 5, 7, 11, 13, 17, 19, 23, 29]

  let queue: DeviceQueue
  private let kernel: DeviceKernel

  init(on queue: DeviceQueue) throws {
    self.queue = queue
    kernel = try DeviceKernel("sum", source: Self.openCL, ptx: Self.ptx, on: queue.device)
  }

  /// Launches the kernel for a box of cells.
  func launch(
    _ old: borrowing Field<UInt32, 2>, into new: borrowing Field<UInt32, 2>, over box: Box<2>
  ) throws {
    let cells = old.deviceArray(box, on: queue), next = new.deviceArray(box, on: queue)
    try queue.launch(
      kernel, blocks: [(cells.shape[1] + 7) / 8, (cells.shape[0] + 3) / 4], threads: [8, 4], cells.memory,
      next.memory, Int64(cells.layout.offset / 4), Int64(cells.layout.strides[0] / 4), Int32(cells.shape[0]),
      Int32(cells.shape[1]))
  }

  /// What the kernel makes of a whole periodic grid, row after row.
  static func result(_ cells: [UInt32], _ extents: [Int]) -> [UInt32] {
    let (rows, columns) = (extents[0], extents[1])
    return cells.indices.map { place in
      let (i, j) = (place / columns, place % columns)
      var sum: UInt32 = 0
      for (number, weight) in weights.enumerated() {
        let row = (i + number / 3 - 1 + rows) % rows, column = (j + number % 3 - 1 + columns) % columns
        sum &+= weight &* cells[row * columns + column]
      }
      return sum
    }
  }

  private static let openCL = """
    __kernel void sum(__global const uint *old, __global uint *next, long first, long row, int rows, int columns) {
      int i = get_global_id(1), j = get_global_id(0);
      if (i >= rows || j >= columns) return;
      __global const uint *o = old + first + i * row + j;
      next[first + i * row + j] = 3 * o[-row - 1] + 5 * o[-row] + 7 * o[1 - row] + 11 * o[-1] + 13 * o[0] + 17 * o[1] +
                                  19 * o[row - 1] + 23 * o[row] + 29 * o[row + 1];
    }
    """

  /// The same, by clang 15: `-x cuda --cuda-device-only -nocudainc -nocudalib -O3 -S --cuda-gpu-arch=sm_50`.
  private static let ptx = """
    .version 4.2
    .target sm_50
    .address_size 64
    .visible .entry sum(
      .param .u64 sum_param_0,
      .param .u64 sum_param_1,
      .param .u64 sum_param_2,
      .param .u64 sum_param_3,
      .param .u32 sum_param_4,
      .param .u32 sum_param_5
    )
    {
      .reg .pred   %p<4>;
      .reg .b32   %r<29>;
      .reg .b64   %rd<26>;
      mov.u32   %r3, %ctaid.y;
      ld.param.u32   %r4, [sum_param_4];
      mov.u32   %r5, %ntid.y;
      ld.param.u32   %r6, [sum_param_5];
      mov.u32   %r7, %tid.y;
      mad.lo.s32   %r1, %r3, %r5, %r7;
      mov.u32   %r8, %ctaid.x;
      mov.u32   %r9, %ntid.x;
      mov.u32   %r10, %tid.x;
      mad.lo.s32   %r2, %r8, %r9, %r10;
      setp.lt.s32   %p1, %r1, %r4;
      setp.lt.s32   %p2, %r2, %r6;
      and.pred    %p3, %p1, %p2;
      @!%p3 bra   $L__BB0_2;
      bra.uni   $L__BB0_1;
    $L__BB0_1:
      ld.param.u64   %rd4, [sum_param_3];
      ld.param.u64   %rd3, [sum_param_2];
      ld.param.u64   %rd5, [sum_param_0];
      ld.param.u64   %rd6, [sum_param_1];
      cvta.to.global.u64   %rd1, %rd6;
      cvta.to.global.u64   %rd2, %rd5;
      shl.b64   %rd7, %rd3, 2;
      add.s64   %rd8, %rd2, %rd7;
      cvt.s64.s32   %rd9, %r1;
      mul.lo.s64   %rd10, %rd9, %rd4;
      shl.b64   %rd11, %rd10, 2;
      add.s64   %rd12, %rd8, %rd11;
      cvt.s64.s32   %rd13, %r2;
      mul.wide.s32   %rd14, %r2, 4;
      add.s64   %rd15, %rd12, %rd14;
      not.b64   %rd16, %rd4;
      shl.b64   %rd17, %rd16, 2;
      add.s64   %rd18, %rd15, %rd17;
      ld.global.u32   %r11, [%rd18];
      mul.lo.s32   %r12, %r11, 3;
      shl.b64   %rd19, %rd4, 2;
      sub.s64   %rd20, %rd15, %rd19;
      ld.global.u32   %r13, [%rd20];
      mad.lo.s32   %r14, %r13, 5, %r12;
      ld.global.u32   %r15, [%rd20+4];
      mad.lo.s32   %r16, %r15, 7, %r14;
      ld.global.u32   %r17, [%rd15+-4];
      mad.lo.s32   %r18, %r17, 11, %r16;
      ld.global.u32   %r19, [%rd15];
      mad.lo.s32   %r20, %r19, 13, %r18;
      ld.global.u32   %r21, [%rd15+4];
      mad.lo.s32   %r22, %r21, 17, %r20;
      add.s64   %rd21, %rd15, %rd19;
      ld.global.u32   %r23, [%rd21+-4];
      mad.lo.s32   %r24, %r23, 19, %r22;
      ld.global.u32   %r25, [%rd21];
      mad.lo.s32   %r26, %r25, 23, %r24;
      ld.global.u32   %r27, [%rd21+4];
      mad.lo.s32   %r28, %r27, 29, %r26;
      add.s64   %rd22, %rd13, %rd3;
      add.s64   %rd23, %rd22, %rd10;
      shl.b64   %rd24, %rd23, 2;
      add.s64   %rd25, %rd1, %rd24;
      st.global.u32   [%rd25], %r28;
    $L__BB0_2:
      ret;
    }
    """
}
