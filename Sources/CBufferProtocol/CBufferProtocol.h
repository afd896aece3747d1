#ifndef HALO_CBUFFERPROTOCOL_H
#define HALO_CBUFFERPROTOCOL_H

#include <stddef.h>

// What CPython calls Py_buffer, member for member: its layout is part of Python's stable ABI since 3.11. Declared here so
// that nothing of Python is needed to read one; a test compares the two.
struct halo_py_buffer {
  void *buf;
  void *obj;  // PyObject *
  ptrdiff_t len;
  ptrdiff_t itemsize;
  int readonly;
  int ndim;
  char *format;
  ptrdiff_t *shape;
  ptrdiff_t *strides;
  ptrdiff_t *suboffsets;
  void *internal;
};

#endif
