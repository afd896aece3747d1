/// Kernels of a program's own, as a device takes them.
enum TestKernels {
  static let openCL = """
    #pragma OPENCL EXTENSION cl_khr_fp64 : enable
    #pragma OPENCL FP_CONTRACT OFF

    __kernel void record(__global long *out, char a, short b, int c, long d, uchar e, ushort f, uint g, ulong h,
                         float x, double y) {
      out[0] = a; out[1] = b; out[2] = c; out[3] = d;
      out[4] = e; out[5] = f; out[6] = g; out[7] = (long)h;
      *(__global float *)(out + 8) = x;
      *(__global double *)(out + 9) = y;
    }

    __kernel void place(__global int *out, int width, int height) {
      int x = get_global_id(0), y = get_global_id(1), z = get_global_id(2);
      out[(z * height + y) * width + x] = 10000 * z + 100 * y + x;
    }

    __kernel void add(__global int *values, int count, int increment) {
      int i = get_global_id(0);
      if (i < count) values[i] += increment;
    }

    __kernel void product(__global const double *a, __global const double *b, __global double *out) {
      int i = get_global_id(0);
      out[2 * i] = a[i] * b[i] + 1;
      out[2 * i + 1] = fma(a[i], b[i], 1.0);
    }
    """

  /// The same, by clang 15: `-x cuda --cuda-device-only -nocudainc -nocudalib -O3 -ffp-contract=off -S
  /// --cuda-gpu-arch=sm_50`, of functions that differ in their attributes and indices alone.
  static let ptx = """
    .version 4.2
    .target sm_50
    .address_size 64
    .visible .entry record(
      .param .u64 record_param_0,
      .param .u8 record_param_1,
      .param .u16 record_param_2,
      .param .u32 record_param_3,
      .param .u64 record_param_4,
      .param .u8 record_param_5,
      .param .u16 record_param_6,
      .param .u32 record_param_7,
      .param .u64 record_param_8,
      .param .f32 record_param_9,
      .param .f64 record_param_10
    )
    {
      .reg .b16   %rs<3>;
      .reg .f32   %f<2>;
      .reg .b64   %rd<11>;
      .reg .f64   %fd<2>;
      ld.param.u64   %rd1, [record_param_0];
      cvta.to.global.u64   %rd2, %rd1;
      ld.param.s8   %rs1, [record_param_1];
      cvt.s64.s16   %rd3, %rs1;
      ld.param.s16   %rd4, [record_param_2];
      st.global.u64   [%rd2], %rd3;
      ld.param.s32   %rd5, [record_param_3];
      ld.param.u64   %rd6, [record_param_4];
      ld.param.u8   %rs2, [record_param_5];
      st.global.u64   [%rd2+8], %rd4;
      ld.param.u16   %rd7, [record_param_6];
      ld.param.u32   %rd8, [record_param_7];
      ld.param.u64   %rd9, [record_param_8];
      st.global.u64   [%rd2+16], %rd5;
      ld.param.f32   %f1, [record_param_9];
      ld.param.f64   %fd1, [record_param_10];
      st.global.u64   [%rd2+24], %rd6;
      cvt.u64.u16   %rd10, %rs2;
      st.global.u64   [%rd2+32], %rd10;
      st.global.u64   [%rd2+40], %rd7;
      st.global.u64   [%rd2+48], %rd8;
      st.global.u64   [%rd2+56], %rd9;
      st.global.f32   [%rd2+64], %f1;
      st.global.f64   [%rd2+72], %fd1;
      ret;
    }
    .visible .entry place(
      .param .u64 place_param_0,
      .param .u32 place_param_1,
      .param .u32 place_param_2
    )
    {
      .reg .b32   %r<19>;
      .reg .b64   %rd<5>;
      ld.param.u64   %rd1, [place_param_0];
      cvta.to.global.u64   %rd2, %rd1;
      ld.param.u32   %r1, [place_param_1];
      ld.param.u32   %r2, [place_param_2];
      mov.u32   %r3, %ctaid.x;
      mov.u32   %r4, %ntid.x;
      mov.u32   %r5, %tid.x;
      mad.lo.s32   %r6, %r3, %r4, %r5;
      mov.u32   %r7, %ctaid.y;
      mov.u32   %r8, %ntid.y;
      mov.u32   %r9, %tid.y;
      mad.lo.s32   %r10, %r7, %r8, %r9;
      mov.u32   %r11, %ctaid.z;
      mov.u32   %r12, %ntid.z;
      mov.u32   %r13, %tid.z;
      mad.lo.s32   %r14, %r11, %r12, %r13;
      mad.lo.s32   %r15, %r10, 100, %r6;
      mad.lo.s32   %r16, %r14, 10000, %r15;
      mad.lo.s32   %r17, %r14, %r2, %r10;
      mad.lo.s32   %r18, %r17, %r1, %r6;
      mul.wide.s32   %rd3, %r18, 4;
      add.s64   %rd4, %rd2, %rd3;
      st.global.u32   [%rd4], %r16;
      ret;
    }
    .visible .entry add(
      .param .u64 add_param_0,
      .param .u32 add_param_1,
      .param .u32 add_param_2
    )
    {
      .reg .pred   %p<2>;
      .reg .b32   %r<9>;
      .reg .b64   %rd<5>;
      ld.param.u32   %r2, [add_param_1];
      mov.u32   %r3, %ctaid.x;
      mov.u32   %r4, %ntid.x;
      mov.u32   %r5, %tid.x;
      mad.lo.s32   %r6, %r3, %r4, %r5;
      setp.ge.s32   %p1, %r6, %r2;
      @%p1 bra   $L__BB2_2;
      ld.param.u32   %r1, [add_param_2];
      ld.param.u64   %rd2, [add_param_0];
      cvta.to.global.u64   %rd3, %rd2;
      mul.wide.s32   %rd4, %r6, 4;
      add.s64   %rd1, %rd3, %rd4;
      ld.global.u32   %r7, [%rd1];
      add.s32   %r8, %r7, %r1;
      st.global.u32   [%rd1], %r8;
    $L__BB2_2:
      ret;
    }
    .visible .entry product(
      .param .u64 product_param_0,
      .param .u64 product_param_1,
      .param .u64 product_param_2
    )
    {
      .reg .b32   %r<6>;
      .reg .b64   %rd<12>;
      .reg .f64   %fd<8>;
      ld.param.u64   %rd1, [product_param_0];
      ld.param.u64   %rd2, [product_param_2];
      cvta.to.global.u64   %rd3, %rd2;
      ld.param.u64   %rd4, [product_param_1];
      cvta.to.global.u64   %rd5, %rd4;
      cvta.to.global.u64   %rd6, %rd1;
      mov.u32   %r1, %ctaid.x;
      mov.u32   %r2, %ntid.x;
      mov.u32   %r3, %tid.x;
      mad.lo.s32   %r4, %r1, %r2, %r3;
      mul.wide.s32   %rd7, %r4, 8;
      add.s64   %rd8, %rd6, %rd7;
      ld.global.f64   %fd1, [%rd8];
      add.s64   %rd9, %rd5, %rd7;
      ld.global.f64   %fd2, [%rd9];
      mul.rn.f64   %fd3, %fd1, %fd2;
      add.rn.f64   %fd4, %fd3, 0d3FF0000000000000;
      shl.b32   %r5, %r4, 1;
      mul.wide.s32   %rd10, %r5, 8;
      add.s64   %rd11, %rd3, %rd10;
      st.global.f64   [%rd11], %fd4;
      ld.global.f64   %fd5, [%rd8];
      ld.global.f64   %fd6, [%rd9];
      fma.rn.f64   %fd7, %fd5, %fd6, 0d3FF0000000000000;
      st.global.f64   [%rd11+8], %fd7;
      ret;
    }
    """
}
