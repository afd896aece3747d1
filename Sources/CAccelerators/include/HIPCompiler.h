/* What is called of hipRTC, which compiles the kernel's source for an AMD GPU at run time. */
#ifndef HIP_COMPILER_H
#define HIP_COMPILER_H

#include <stddef.h>

typedef int hiprtc_result; /* 0 is success */
typedef struct hiprtc_program_opaque *hiprtc_program;

/* HIP_COMPILER_CALL(result, symbol, parameters) */
#define HIP_COMPILER_CALLS(HIP_COMPILER_CALL)                                                              \
  HIP_COMPILER_CALL(hiprtc_result, hiprtcCreateProgram,                                                    \
                    (hiprtc_program *program, const char *source, const char *name, int headerCount,       \
                     const char *const *headers, const char *const *headerNames))                          \
  HIP_COMPILER_CALL(hiprtc_result, hiprtcCompileProgram,                                                   \
                    (hiprtc_program program, int optionCount, const char *const *options))                 \
  HIP_COMPILER_CALL(hiprtc_result, hiprtcGetProgramLogSize, (hiprtc_program program, size_t *bytes))       \
  HIP_COMPILER_CALL(hiprtc_result, hiprtcGetProgramLog, (hiprtc_program program, char *log))               \
  HIP_COMPILER_CALL(hiprtc_result, hiprtcGetCodeSize, (hiprtc_program program, size_t *bytes))             \
  HIP_COMPILER_CALL(hiprtc_result, hiprtcGetCode, (hiprtc_program program, char *code))                    \
  HIP_COMPILER_CALL(hiprtc_result, hiprtcDestroyProgram, (hiprtc_program *program))                        \
  HIP_COMPILER_CALL(const char *, hiprtcGetErrorString, (hiprtc_result result))

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wnullability-completeness"

typedef struct {
#define HIP_COMPILER_CALL(result, symbol, parameters) result (*_Nonnull symbol)parameters;
  HIP_COMPILER_CALLS(HIP_COMPILER_CALL)
#undef HIP_COMPILER_CALL
} hip_compiler;

#pragma clang diagnostic pop

/* Opens the first of libhiprtc.so.7, .6, .5, libhiprtc.so, the one that ROCm installs, and libamdhip64.so.5, which has it
 * built in; or the library at `path`. Otherwise as gpu_driver_open_cuda. */
const hip_compiler *_Nullable hip_compiler_open(const char *_Nullable path, char *_Nonnull reason, size_t size);

#endif
