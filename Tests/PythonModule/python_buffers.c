// A Python extension whose arrays and functions are Swift's: what check-buffer-protocol.sh tests the buffer protocol with.
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stddef.h>

#include "../../Sources/CBufferProtocol/CBufferProtocol.h"

#define SAME(member)                                                                        \
  _Static_assert(offsetof(struct halo_py_buffer, member) == offsetof(Py_buffer, member) && \
                     sizeof(((struct halo_py_buffer *)0)->member) == sizeof(((Py_buffer *)0)->member), \
                 "Py_buffer, " #member)
SAME(buf);
SAME(obj);
SAME(len);
SAME(itemsize);
SAME(readonly);
SAME(ndim);
SAME(format);
SAME(shape);
SAME(strides);
SAME(suboffsets);
SAME(internal);
_Static_assert(sizeof(struct halo_py_buffer) == sizeof(Py_buffer), "Py_buffer, size");
_Static_assert(_Alignof(struct halo_py_buffer) == _Alignof(Py_buffer), "Py_buffer, alignment");
_Static_assert(sizeof(Py_ssize_t) == sizeof(ptrdiff_t), "Py_ssize_t");

typedef Py_ssize_t Size;
int halo_describe(const void *, char *, Size);
int halo_format(const char *, char *, Size);
int halo_to_contiguous(const void *, char, void *, Size, char *, Size);
int halo_from_contiguous(const void *, char, const void *, Size, char *, Size);
int halo_slice(const void *, const char *, void *, Size *, char *, Size);
int halo_native(const void *, void *, char *, Size);
int halo_store_native(const void *, const void *, char *, Size);
int halo_increment(const void *, int, char *, Size);
int halo_relay_make(const void *, void **, char *, Size);
int halo_array_make(Size, Size, void **, char *, Size);
int halo_array_resize(void *, Size, Size, char *, Size);
Size halo_export_count(void *);
void halo_exporter_free(void *);
int halo_export(void *, void *, int, char *, Size);
void halo_release(void *);
int halo_exchange(const void *const *, Size, Size, Size, Size, Size, Size, char *, Size);

static char answer[8192];
#define ANSWER answer, (Size)sizeof answer

static PyObject *failed(void) {
  PyErr_SetString(PyExc_BufferError, answer);
  return NULL;
}

// MARK: Functions

static PyObject *describe(PyObject *module, PyObject *args) {
  PyObject *object;
  int flags = PyBUF_FULL_RO;
  Py_buffer view;
  if (!PyArg_ParseTuple(args, "O|i", &object, &flags) || PyObject_GetBuffer(object, &view, flags) < 0) return NULL;
  int status = halo_describe(&view, ANSWER);
  PyBuffer_Release(&view);
  return status ? failed() : PyUnicode_FromString(answer);
}

static PyObject *describe_format(PyObject *module, PyObject *args) {
  const char *text;
  if (!PyArg_ParseTuple(args, "s", &text)) return NULL;
  return halo_format(text, ANSWER) ? failed() : PyUnicode_FromString(answer);
}

static PyObject *to_contiguous(PyObject *module, PyObject *args) {
  PyObject *object;
  int order;
  Py_buffer view;
  if (!PyArg_ParseTuple(args, "OC", &object, &order) || PyObject_GetBuffer(object, &view, PyBUF_FULL_RO) < 0) return NULL;
  PyObject *bytes = PyBytes_FromStringAndSize(NULL, view.len);
  int status = halo_to_contiguous(&view, (char)order, PyBytes_AsString(bytes), view.len, ANSWER);
  PyBuffer_Release(&view);
  if (status == 0) return bytes;
  Py_DECREF(bytes);
  return failed();
}

static PyObject *from_contiguous(PyObject *module, PyObject *args) {
  PyObject *object;
  int order;
  const char *bytes;
  Size count;
  Py_buffer view;
  if (!PyArg_ParseTuple(args, "OCy#", &object, &order, &bytes, &count) ||
      PyObject_GetBuffer(object, &view, PyBUF_FULL_RO) < 0)
    return NULL;
  int status = halo_from_contiguous(&view, (char)order, bytes, count, ANSWER);
  PyBuffer_Release(&view);
  if (status) return failed();
  Py_RETURN_NONE;
}

static PyObject *slice(PyObject *module, PyObject *args) {
  PyObject *object;
  const char *slices;
  Py_buffer view;
  Size count = 0;
  if (!PyArg_ParseTuple(args, "Os", &object, &slices) || PyObject_GetBuffer(object, &view, PyBUF_FULL_RO) < 0)
    return NULL;
  PyObject *bytes = PyBytes_FromStringAndSize(NULL, view.len);
  int status = halo_slice(&view, slices, PyBytes_AsString(bytes), &count, ANSWER);
  PyBuffer_Release(&view);
  PyObject *result = status ? failed() : PyBytes_FromStringAndSize(PyBytes_AsString(bytes), count);
  Py_DECREF(bytes);
  return result;
}

static PyObject *native(PyObject *module, PyObject *object) {
  Py_buffer view;
  if (PyObject_GetBuffer(object, &view, PyBUF_FULL_RO) < 0) return NULL;
  PyObject *bytes = PyBytes_FromStringAndSize(NULL, view.len);
  int status = halo_native(&view, PyBytes_AsString(bytes), ANSWER);
  PyBuffer_Release(&view);
  if (status == 0) return bytes;
  Py_DECREF(bytes);
  return failed();
}

static PyObject *store_native(PyObject *module, PyObject *args) {
  PyObject *object;
  const char *bytes;
  Size count;
  Py_buffer view;
  if (!PyArg_ParseTuple(args, "Oy#", &object, &bytes, &count) || PyObject_GetBuffer(object, &view, PyBUF_FULL_RO) < 0)
    return NULL;
  int status = halo_store_native(&view, bytes, ANSWER);
  PyBuffer_Release(&view);
  if (status) return failed();
  Py_RETURN_NONE;
}

static PyObject *increment(PyObject *module, PyObject *args) {
  PyObject *object;
  int in_place = 1;
  Py_buffer view;
  if (!PyArg_ParseTuple(args, "O|p", &object, &in_place) || PyObject_GetBuffer(object, &view, PyBUF_FULL_RO) < 0)
    return NULL;
  int status = halo_increment(&view, in_place, ANSWER);
  PyBuffer_Release(&view);
  if (status) return failed();
  Py_RETURN_NONE;
}

static PyObject *exchange(PyObject *module, PyObject *args) {
  PyObject *list;
  Size rows, columns, process_rows, process_columns, lower, upper;
  Py_buffer views[64];
  const void *buffers[64];
  if (!PyArg_ParseTuple(args, "O!nnnnnn", &PyList_Type, &list, &rows, &columns, &process_rows, &process_columns, &lower,
                        &upper))
    return NULL;
  Size count = PyList_Size(list), got = 0;
  while (got < count && got < 64 && PyObject_GetBuffer(PyList_GetItem(list, got), &views[got], PyBUF_RECORDS) == 0) {
    buffers[got] = &views[got];
    got++;
  }
  int status = got == count
                   ? halo_exchange(buffers, rows, columns, process_rows, process_columns, lower, upper, ANSWER)
                   : -1;
  for (Size i = 0; i < got; i++) PyBuffer_Release(&views[i]);
  if (status < 0) return NULL;
  if (status) return failed();
  Py_RETURN_NONE;
}

static PyObject *numbers(Size *list, int count) {
  if (!list) Py_RETURN_NONE;
  PyObject *tuple = PyTuple_New(count);
  for (int i = 0; i < count; i++) PyTuple_SetItem(tuple, i, PyLong_FromSsize_t(list[i]));
  return tuple;
}

// What Python itself is given for a request.
static PyObject *request(PyObject *module, PyObject *args) {
  PyObject *object;
  int flags;
  Py_buffer view;
  if (!PyArg_ParseTuple(args, "Oi", &object, &flags) || PyObject_GetBuffer(object, &view, flags) < 0) return NULL;
  PyObject *result = Py_BuildValue(
      "(Knnizi NNN)", (unsigned long long)view.buf, view.len, view.itemsize, view.readonly, view.format, view.ndim,
      numbers(view.shape, view.ndim), numbers(view.strides, view.ndim), numbers(view.suboffsets, view.ndim));
  PyBuffer_Release(&view);
  return result;
}

// MARK: Exporters

typedef struct {
  PyObject_HEAD void *handle;
  Py_buffer source;
} Exporter;

static int exporter_getbuffer(PyObject *self, Py_buffer *view, int flags) {
  if (halo_export(((Exporter *)self)->handle, view, flags, ANSWER)) {
    view->obj = NULL;
    failed();
    return -1;
  }
  Py_INCREF(self);
  view->obj = self;
  return 0;
}

static void exporter_releasebuffer(PyObject *self, Py_buffer *view) { halo_release(view); }

static void exporter_dealloc(PyObject *self) {
  Exporter *exporter = (Exporter *)self;
  if (exporter->handle) halo_exporter_free(exporter->handle);
  if (exporter->source.obj) PyBuffer_Release(&exporter->source);
  Py_TYPE(self)->tp_free(self);
}

static int relay_init(PyObject *self, PyObject *args, PyObject *keywords) {
  Exporter *exporter = (Exporter *)self;
  PyObject *object;
  if (!PyArg_ParseTuple(args, "O", &object) || PyObject_GetBuffer(object, &exporter->source, PyBUF_FULL_RO) < 0) return -1;
  if (halo_relay_make(&exporter->source, &exporter->handle, ANSWER) == 0) return 0;
  failed();
  return -1;
}

static int array_init(PyObject *self, PyObject *args, PyObject *keywords) {
  Size rows, columns;
  if (!PyArg_ParseTuple(args, "nn", &rows, &columns)) return -1;
  if (halo_array_make(rows, columns, &((Exporter *)self)->handle, ANSWER) == 0) return 0;
  failed();
  return -1;
}

static PyObject *array_resize(PyObject *self, PyObject *args) {
  Size rows, columns;
  if (!PyArg_ParseTuple(args, "nn", &rows, &columns)) return NULL;
  if (halo_array_resize(((Exporter *)self)->handle, rows, columns, ANSWER)) return failed();
  Py_RETURN_NONE;
}

static PyObject *exporter_count(PyObject *self, PyObject *none) {
  return PyLong_FromSsize_t(halo_export_count(((Exporter *)self)->handle));
}

static PyBufferProcs exporter_buffer = {exporter_getbuffer, exporter_releasebuffer};

static PyMethodDef exporter_methods[] = {
    {"resize", array_resize, METH_VARARGS, "Gives the array another shape."},
    {"count", exporter_count, METH_NOARGS, "How often it is exported."},
    {NULL},
};

static PyTypeObject relay_type = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "python_buffers.Relay",
    .tp_doc = "Swift's export of what another object exports.",
    .tp_basicsize = sizeof(Exporter),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_new = PyType_GenericNew,
    .tp_init = relay_init,
    .tp_dealloc = exporter_dealloc,
    .tp_methods = exporter_methods,
    .tp_as_buffer = &exporter_buffer,
};

static PyTypeObject array_type = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "python_buffers.Array",
    .tp_doc = "Swift's ExportableArray of doubles.",
    .tp_basicsize = sizeof(Exporter),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_new = PyType_GenericNew,
    .tp_init = array_init,
    .tp_dealloc = exporter_dealloc,
    .tp_methods = exporter_methods,
    .tp_as_buffer = &exporter_buffer,
};

// MARK: An array of pointers to rows, as the Python Imaging Library has

typedef struct {
  PyObject_HEAD int32_t **rows;
  Size shape[2], strides[2], suboffsets[2];
} Rows;

static int rows_init(PyObject *self, PyObject *args, PyObject *keywords) {
  Rows *rows = (Rows *)self;
  Size count, width;
  if (!PyArg_ParseTuple(args, "nn", &count, &width)) return -1;
  rows->rows = PyMem_Malloc(sizeof(int32_t *) * (size_t)count);
  for (Size i = 0; i < count; i++) {
    // Two numbers in front of each row.
    rows->rows[i] = PyMem_Malloc(sizeof(int32_t) * (size_t)(width + 2));
    for (Size j = -2; j < width; j++) rows->rows[i][j + 2] = j < 0 ? -1 : (int32_t)(100 * i + j);
  }
  rows->shape[0] = count;
  rows->shape[1] = width;
  rows->strides[0] = sizeof(int32_t *);
  rows->strides[1] = sizeof(int32_t);
  rows->suboffsets[0] = 2 * sizeof(int32_t);
  rows->suboffsets[1] = -1;
  return 0;
}

static void rows_dealloc(PyObject *self) {
  Rows *rows = (Rows *)self;
  if (rows->rows)
    for (Size i = 0; i < rows->shape[0]; i++) PyMem_Free(rows->rows[i]);
  PyMem_Free(rows->rows);
  Py_TYPE(self)->tp_free(self);
}

static int rows_getbuffer(PyObject *self, Py_buffer *view, int flags) {
  Rows *rows = (Rows *)self;
  if ((flags & PyBUF_INDIRECT) != PyBUF_INDIRECT) {
    PyErr_SetString(PyExc_BufferError, "needs suboffsets");
    view->obj = NULL;
    return -1;
  }
  Py_INCREF(self);
  *view = (Py_buffer){
      .buf = rows->rows,
      .obj = self,
      .len = rows->shape[0] * rows->shape[1] * (Size)sizeof(int32_t),
      .itemsize = sizeof(int32_t),
      .ndim = 2,
      .format = flags & PyBUF_FORMAT ? "i" : NULL,
      .shape = rows->shape,
      .strides = rows->strides,
      .suboffsets = rows->suboffsets,
  };
  return 0;
}

static PyBufferProcs rows_buffer = {rows_getbuffer, NULL};

static PyTypeObject rows_type = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "python_buffers.Rows",
    .tp_doc = "Rows of integers that lie anywhere.",
    .tp_basicsize = sizeof(Rows),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_new = PyType_GenericNew,
    .tp_init = rows_init,
    .tp_dealloc = rows_dealloc,
    .tp_as_buffer = &rows_buffer,
};

// MARK: The module

static PyMethodDef functions[] = {
    {"describe", describe, METH_VARARGS, "What Swift finds in a buffer."},
    {"format", describe_format, METH_VARARGS, "What Swift finds in a format."},
    {"to_contiguous", to_contiguous, METH_VARARGS, "The elements in an order."},
    {"from_contiguous", from_contiguous, METH_VARARGS, "Writes elements that are in an order."},
    {"slice", slice, METH_VARARGS, "The elements of a slice."},
    {"native", native, METH_O, "The elements as this machine reads them."},
    {"store_native", store_native, METH_VARARGS, "Writes elements as this machine has them."},
    {"increment", increment, METH_VARARGS, "One more in every place."},
    {"exchange", exchange, METH_VARARGS, "Fills the halos of arrays."},
    {"request", request, METH_VARARGS, "What Python is given for a request."},
    {NULL},
};

static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "python_buffers", NULL, -1, functions};

PyMODINIT_FUNC PyInit_python_buffers(void) {
  PyObject *module = PyModule_Create(&definition);
  if (!module) return NULL;
  if (PyType_Ready(&relay_type) || PyType_Ready(&array_type) || PyType_Ready(&rows_type) ||
      PyModule_AddObjectRef(module, "Relay", (PyObject *)&relay_type) ||
      PyModule_AddObjectRef(module, "Array", (PyObject *)&array_type) ||
      PyModule_AddObjectRef(module, "Rows", (PyObject *)&rows_type))
    return NULL;
  return module;
}
