/* <mpi.h> for Swift.
 *
 * The MPI standard leaves open what a handle is: a pointer in Open MPI, an integer in MPICH. Wrapping each
 * handle in a structure gives Swift one spelling for both. Constants that are casts in <mpi.h> are not
 * imported by Swift, so each has an accessor. Everything is inline: a call from Swift compiles to a direct
 * call of MPI_*.
 */
#ifndef CMPI_H
#define CMPI_H

#include <mpi.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#define CMPI_INLINE static inline __attribute__((__always_inline__))

/* The handles are opaque values to Swift: holding or copying one touches no memory. */
#define CMPI_HANDLE(type)                        \
  typedef struct __attribute__((swift_attr("safe"), swift_attr("@Sendable"))) { \
    MPI_##type raw;                              \
  } CMPI_##type;                                 \
  _Static_assert(sizeof(CMPI_##type) == sizeof(MPI_##type), "arrays of handles are passed to MPI as they are");

CMPI_HANDLE(Comm)
CMPI_HANDLE(Datatype)
CMPI_HANDLE(Message)
CMPI_HANDLE(Op)
CMPI_HANDLE(Request)
CMPI_HANDLE(Win)

#define CMPI_CONSTANT(type, name)                \
  CMPI_INLINE CMPI_##type C##name(void) {        \
    CMPI_##type handle = {name};                 \
    return handle;                               \
  }

CMPI_CONSTANT(Comm, MPI_COMM_WORLD)
CMPI_CONSTANT(Comm, MPI_COMM_SELF)
CMPI_CONSTANT(Comm, MPI_COMM_NULL)
CMPI_CONSTANT(Request, MPI_REQUEST_NULL)
CMPI_CONSTANT(Message, MPI_MESSAGE_NULL)
CMPI_CONSTANT(Win, MPI_WIN_NULL)
CMPI_CONSTANT(Datatype, MPI_DATATYPE_NULL)
CMPI_CONSTANT(Datatype, MPI_BYTE)
CMPI_CONSTANT(Datatype, MPI_C_BOOL)
CMPI_CONSTANT(Datatype, MPI_INT8_T)
CMPI_CONSTANT(Datatype, MPI_INT16_T)
CMPI_CONSTANT(Datatype, MPI_INT32_T)
CMPI_CONSTANT(Datatype, MPI_INT64_T)
CMPI_CONSTANT(Datatype, MPI_UINT8_T)
CMPI_CONSTANT(Datatype, MPI_UINT16_T)
CMPI_CONSTANT(Datatype, MPI_UINT32_T)
CMPI_CONSTANT(Datatype, MPI_UINT64_T)
CMPI_CONSTANT(Datatype, MPI_FLOAT)
CMPI_CONSTANT(Datatype, MPI_DOUBLE)
CMPI_CONSTANT(Op, MPI_SUM)
CMPI_CONSTANT(Op, MPI_PROD)
CMPI_CONSTANT(Op, MPI_MIN)
CMPI_CONSTANT(Op, MPI_MAX)
CMPI_CONSTANT(Op, MPI_LAND)
CMPI_CONSTANT(Op, MPI_LOR)

#undef CMPI_CONSTANT
#undef CMPI_HANDLE

/* Room for arrays of a fixed size on Swift's side. */
enum { CMPI_ERROR_STRING_CAPACITY = MPI_MAX_ERROR_STRING, CMPI_VERSION_CAPACITY = MPI_MAX_LIBRARY_VERSION_STRING };

/* The environment. */

CMPI_INLINE int CMPI_Init_thread(int required, int *provided) { return MPI_Init_thread(NULL, NULL, required, provided); }
CMPI_INLINE int CMPI_Comm_return_errors(CMPI_Comm comm) {
  return MPI_Comm_set_errhandler(comm.raw, MPI_ERRORS_RETURN);
}
CMPI_INLINE int CMPI_Abort(CMPI_Comm comm, int code) { return MPI_Abort(comm.raw, code); }

/* Communicators. */

CMPI_INLINE int CMPI_Comm_rank(CMPI_Comm comm, int *rank) { return MPI_Comm_rank(comm.raw, rank); }
CMPI_INLINE int CMPI_Comm_size(CMPI_Comm comm, int *size) { return MPI_Comm_size(comm.raw, size); }
CMPI_INLINE int CMPI_Comm_dup(CMPI_Comm comm, CMPI_Comm *copy) { return MPI_Comm_dup(comm.raw, &copy->raw); }
CMPI_INLINE int CMPI_Comm_free(CMPI_Comm *comm) { return MPI_Comm_free(&comm->raw); }
CMPI_INLINE int CMPI_Comm_is_null(CMPI_Comm comm) { return comm.raw == MPI_COMM_NULL; }
CMPI_INLINE int CMPI_Comm_split(CMPI_Comm comm, int color, int key, CMPI_Comm *part) {
  return MPI_Comm_split(comm.raw, color, key, &part->raw);
}
CMPI_INLINE int CMPI_Comm_split_shared(CMPI_Comm comm, int key, CMPI_Comm *part) {
  return MPI_Comm_split_type(comm.raw, MPI_COMM_TYPE_SHARED, key, MPI_INFO_NULL, &part->raw);
}
CMPI_INLINE int CMPI_Comm_tag_upper_bound(CMPI_Comm comm, int *bound) {
  int *value = NULL, found = 0;
  int code = MPI_Comm_get_attr(comm.raw, MPI_TAG_UB, &value, &found);
  *bound = found ? *value : 32767; /* the least that the standard allows */
  return code;
}

/* Point to point. */

CMPI_INLINE int CMPI_Isend(const void *data, int count, CMPI_Datatype type, int peer, int tag, CMPI_Comm comm,
                           CMPI_Request *request) {
  return MPI_Isend(data, count, type.raw, peer, tag, comm.raw, &request->raw);
}
CMPI_INLINE int CMPI_Irecv(void *data, int count, CMPI_Datatype type, int peer, int tag, CMPI_Comm comm,
                           CMPI_Request *request) {
  return MPI_Irecv(data, count, type.raw, peer, tag, comm.raw, &request->raw);
}
CMPI_INLINE int CMPI_Send_init(const void *data, int count, CMPI_Datatype type, int peer, int tag, CMPI_Comm comm,
                               CMPI_Request *request) {
  return MPI_Send_init(data, count, type.raw, peer, tag, comm.raw, &request->raw);
}
CMPI_INLINE int CMPI_Recv_init(void *data, int count, CMPI_Datatype type, int peer, int tag, CMPI_Comm comm,
                               CMPI_Request *request) {
  return MPI_Recv_init(data, count, type.raw, peer, tag, comm.raw, &request->raw);
}
CMPI_INLINE int CMPI_Iprobe(int peer, int tag, CMPI_Comm comm, int *found, MPI_Status *status) {
  return MPI_Iprobe(peer, tag, comm.raw, found, status);
}
CMPI_INLINE int CMPI_Improbe(int peer, int tag, CMPI_Comm comm, int *found, CMPI_Message *message,
                             MPI_Status *status) {
  return MPI_Improbe(peer, tag, comm.raw, found, &message->raw, status);
}
CMPI_INLINE int CMPI_Imrecv(void *data, int count, CMPI_Datatype type, CMPI_Message *message, CMPI_Request *request) {
  return MPI_Imrecv(data, count, type.raw, &message->raw, &request->raw);
}

/* Requests. */

CMPI_INLINE int CMPI_Start(CMPI_Request *request) { return MPI_Start(&request->raw); }
CMPI_INLINE int CMPI_Startall(int count, CMPI_Request *requests) {
  return MPI_Startall(count, (MPI_Request *)requests);
}
CMPI_INLINE int CMPI_Test(CMPI_Request *request, int *done, MPI_Status *status) {
  return MPI_Test(&request->raw, done, status);
}
CMPI_INLINE int CMPI_Testall(int count, CMPI_Request *requests, int *done, MPI_Status *statuses) {
  return MPI_Testall(count, (MPI_Request *)requests, done, statuses);
}
CMPI_INLINE int CMPI_Testsome(int count, CMPI_Request *requests, int *completed, int *indices, MPI_Status *statuses) {
  return MPI_Testsome(count, (MPI_Request *)requests, completed, indices, statuses);
}
CMPI_INLINE int CMPI_Cancel(CMPI_Request *request) { return MPI_Cancel(&request->raw); }
CMPI_INLINE int CMPI_Request_free(CMPI_Request *request) { return MPI_Request_free(&request->raw); }
CMPI_INLINE int CMPI_Request_is_null(CMPI_Request request) { return request.raw == MPI_REQUEST_NULL; }

/* Collectives, all non-blocking so that a wait can be ended. `in_place` stands for the send buffer. */

CMPI_INLINE int CMPI_Ibarrier(CMPI_Comm comm, CMPI_Request *request) { return MPI_Ibarrier(comm.raw, &request->raw); }
CMPI_INLINE int CMPI_Ibcast(void *data, int count, CMPI_Datatype type, int root, CMPI_Comm comm,
                            CMPI_Request *request) {
  return MPI_Ibcast(data, count, type.raw, root, comm.raw, &request->raw);
}
CMPI_INLINE int CMPI_Iallreduce_in_place(void *data, int count, CMPI_Datatype type, CMPI_Op op, CMPI_Comm comm,
                                         CMPI_Request *request) {
  return MPI_Iallreduce(MPI_IN_PLACE, data, count, type.raw, op.raw, comm.raw, &request->raw);
}
CMPI_INLINE int CMPI_Ireduce_in_place(void *data, int count, CMPI_Datatype type, CMPI_Op op, int root, int is_root,
                                      CMPI_Comm comm, CMPI_Request *request) {
  return is_root ? MPI_Ireduce(MPI_IN_PLACE, data, count, type.raw, op.raw, root, comm.raw, &request->raw)
                 : MPI_Ireduce(data, NULL, count, type.raw, op.raw, root, comm.raw, &request->raw);
}
CMPI_INLINE int CMPI_Igather(const void *data, int count, CMPI_Datatype type, void *gathered, int root, CMPI_Comm comm,
                             CMPI_Request *request) {
  return MPI_Igather(data, count, type.raw, gathered, count, type.raw, root, comm.raw, &request->raw);
}
CMPI_INLINE int CMPI_Iallgather(const void *data, int count, CMPI_Datatype type, void *gathered, CMPI_Comm comm,
                                CMPI_Request *request) {
  return MPI_Iallgather(data, count, type.raw, gathered, count, type.raw, comm.raw, &request->raw);
}
CMPI_INLINE int CMPI_Igatherv(const void *data, int count, CMPI_Datatype type, void *gathered, const int *counts,
                              const int *offsets, int root, CMPI_Comm comm, CMPI_Request *request) {
  return MPI_Igatherv(data, count, type.raw, gathered, counts, offsets, type.raw, root, comm.raw, &request->raw);
}
CMPI_INLINE int CMPI_Iallgatherv(const void *data, int count, CMPI_Datatype type, void *gathered, const int *counts,
                                 const int *offsets, CMPI_Comm comm, CMPI_Request *request) {
  return MPI_Iallgatherv(data, count, type.raw, gathered, counts, offsets, type.raw, comm.raw, &request->raw);
}
CMPI_INLINE int CMPI_Iscatter(const void *data, int count, CMPI_Datatype type, void *part, int root, CMPI_Comm comm,
                              CMPI_Request *request) {
  return MPI_Iscatter(data, count, type.raw, part, count, type.raw, root, comm.raw, &request->raw);
}

/* Windows of memory that the ranks of a node share. */

CMPI_INLINE int CMPI_Win_allocate_shared(int64_t byte_count, CMPI_Comm comm, void **start, CMPI_Win *window) {
  return MPI_Win_allocate_shared((MPI_Aint)byte_count, 1, MPI_INFO_NULL, comm.raw, start, &window->raw);
}
CMPI_INLINE int CMPI_Win_shared_query(CMPI_Win window, int rank, int64_t *byte_count, void **start) {
  MPI_Aint size = 0;
  int unit = 1, code = MPI_Win_shared_query(window.raw, rank, &size, &unit, start);
  *byte_count = size;
  return code;
}
CMPI_INLINE int CMPI_Win_free(CMPI_Win *window) { return MPI_Win_free(&window->raw); }

/* Datatypes. */

CMPI_INLINE int CMPI_Type_contiguous(int count, CMPI_Datatype of, CMPI_Datatype *type) {
  return MPI_Type_contiguous(count, of.raw, &type->raw);
}
CMPI_INLINE int CMPI_Type_subarray(int rank, const int *shape, const int *subshape, const int *start, int fortran,
                                   CMPI_Datatype of, CMPI_Datatype *type) {
  return MPI_Type_create_subarray(rank, shape, subshape, start, fortran ? MPI_ORDER_FORTRAN : MPI_ORDER_C, of.raw,
                                  &type->raw);
}
/* `first` at offset 0, then `count` of `second` at `offset`. */
CMPI_INLINE int CMPI_Type_pair(CMPI_Datatype first, int64_t offset, int count, CMPI_Datatype second,
                               CMPI_Datatype *type) {
  const int counts[2] = {1, count};
  const MPI_Aint offsets[2] = {0, (MPI_Aint)offset};
  const MPI_Datatype types[2] = {first.raw, second.raw};
  return MPI_Type_create_struct(2, counts, offsets, types, &type->raw);
}
/* `count` times `of`, `stride` bytes apart. */
CMPI_INLINE int CMPI_Type_hvector(int count, int64_t stride, CMPI_Datatype of, CMPI_Datatype *type) {
  return MPI_Type_create_hvector(count, 1, (MPI_Aint)stride, of.raw, &type->raw);
}
/* One of `first` at offset 0, then one of `second` at `offset`; `first` may be null, for there is none yet. */
CMPI_INLINE int CMPI_Type_append(CMPI_Datatype first, int64_t offset, CMPI_Datatype second, CMPI_Datatype *type) {
  const int counts[2] = {1, 1};
  const MPI_Aint offsets[2] = {0, (MPI_Aint)offset};
  const MPI_Datatype types[2] = {first.raw, second.raw};
  const int skipped = first.raw == MPI_DATATYPE_NULL;
  return MPI_Type_create_struct(2 - skipped, counts + skipped, offsets + skipped, types + skipped, &type->raw);
}
CMPI_INLINE int CMPI_Type_commit(CMPI_Datatype *type) { return MPI_Type_commit(&type->raw); }
CMPI_INLINE int CMPI_Type_is_null(CMPI_Datatype type) { return type.raw == MPI_DATATYPE_NULL; }
CMPI_INLINE int CMPI_Type_free(CMPI_Datatype *type) { return MPI_Type_free(&type->raw); }
CMPI_INLINE int CMPI_Type_byte_count(CMPI_Datatype type, int64_t *bytes) {
  MPI_Count size = 0;
  int code = MPI_Type_size_x(type.raw, &size);
  *bytes = size;
  return code;
}
CMPI_INLINE int CMPI_Type_extent(CMPI_Datatype type, int64_t *lower_bound, int64_t *extent) {
  MPI_Count lower = 0, length = 0;
  int code = MPI_Type_get_extent_x(type.raw, &lower, &length);
  *lower_bound = lower;
  *extent = length;
  return code;
}
CMPI_INLINE int CMPI_Pack(const void *base, CMPI_Datatype type, void *packed, int capacity, int *position,
                          CMPI_Comm comm) {
  return MPI_Pack(base, 1, type.raw, packed, capacity, position, comm.raw);
}
CMPI_INLINE int CMPI_Unpack(const void *packed, int byte_count, int *position, void *base, CMPI_Datatype type,
                            CMPI_Comm comm) {
  return MPI_Unpack(packed, byte_count, position, base, 1, type.raw, comm.raw);
}
/* Bytes of a message, also past 2^31. */
CMPI_INLINE int CMPI_Status_byte_count(const MPI_Status *status, int64_t *bytes) {
  MPI_Count count = 0;
  int code = MPI_Get_elements_x(status, MPI_BYTE, &count);
  *bytes = count;
  return code;
}

/* Nanoseconds of the monotonic clock. */
CMPI_INLINE int64_t CMPI_nanoseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}
CMPI_INLINE void CMPI_yield(void) { sched_yield(); }

#endif
