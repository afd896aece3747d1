/* One step of the heat equation on a device: what `spread` does in HeatEquation.swift, cell by cell and in the same order,
 * so that the result is the same to the last bit.
 *
 * The same text is OpenCL C, HIP, and CUDA; for CUDA, make-ptx.sh compiles it to the text beside it, since CUDA's driver
 * takes no source. `a * b + c` must not become one operation, which rounds once where the processor rounds twice.
 */
#if defined(__OPENCL_VERSION__)
#pragma OPENCL EXTENSION cl_khr_fp64 : enable
#pragma OPENCL FP_CONTRACT OFF
#define KERNEL __kernel
#define GLOBAL __global
#define INDEX_x get_global_id(0)
#define INDEX_y get_global_id(1)
#define INDEX_z get_global_id(2)
#define INDEX(axis) ((long)INDEX_##axis)
#else
#pragma clang fp contract(off)
#define KERNEL extern "C" __attribute__((global))
#define GLOBAL
#if defined(__HIP__)
#define INDEX(axis)                                                                           \
  ((long)__builtin_amdgcn_workgroup_id_##axis() * __builtin_amdgcn_workgroup_size_##axis() + \
   __builtin_amdgcn_workitem_id_##axis())
#else
#define INDEX(axis)                                                                           \
  ((long)__nvvm_read_ptx_sreg_ctaid_##axis() * __nvvm_read_ptx_sreg_ntid_##axis() +          \
   __nvvm_read_ptx_sreg_tid_##axis())
#endif
#endif

/* Computes a box of extent0 x extent1 x extent2 cells, of which `first` is the first one, counted in elements from the
 * start of either memory. From one plane to the next it is `plane` elements, and `row` from one row to the next. */
KERNEL void spread(GLOBAL const double *old, GLOBAL double *next, long first, long plane, long row, int extent0,
                   int extent1, int extent2, double ratio) {
  const long i = INDEX(z), j = INDEX(y), k = INDEX(x);
  if (i >= extent0 || j >= extent1 || k >= extent2) return;
  const long cell = first + i * plane + j * row + k;
  const double here = old[cell];
  const double around = old[cell - plane] + old[cell + plane] + old[cell - row] + old[cell + row] + old[cell - 1] +
                        old[cell + 1];
  next[cell] = here + ratio * (around - 6 * here);
}
