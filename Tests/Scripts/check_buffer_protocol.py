"""Compares what Swift finds in buffers with what Python does: run by check-buffer-protocol.sh.

The last line is "N comparisons, M wrong"; each wrong one is printed.
"""

import array
import ctypes
import itertools
import random
import struct
import sys

import numpy
import python_buffers as swift

count = wrong = 0


def same(found, expected, what):
    global count, wrong
    count += 1
    if found != expected:
        wrong += 1
        print(f"WRONG {what}: expected {expected!r}, found {found!r}")


def refused(what, message, function, *arguments):
    try:
        found = function(*arguments)
    except BufferError as error:
        found = str(error)
    same(found, message, what)


# MARK: Arrays of every dtype, order and stride

DTYPES = "? b B h H i I l L q Q e f d g F D G".split()
DTYPES += [">" + code for code in "h H i I l L q Q e f d F D".split()]


def values(dtype, shape):
    number = numpy.arange(1, 1 + int(numpy.prod(shape))).reshape(shape)
    if dtype.kind == "b":
        return (number % 3 == 0).astype(dtype)
    if dtype.kind == "c":
        return (number * (1 + 0.25j)).astype(dtype)
    return (number * (0.5 if dtype.kind == "f" else 1)).astype(dtype)


def arrangements(dtype):
    """Arrays of one dtype in every way of lying in memory, by name, each over memory of its own."""
    base = lambda *shape: values(dtype, shape).copy()
    yield "scalar", base(1).reshape(())
    yield "1-d", base(7)
    yield "C", base(3, 4, 5)
    yield "Fortran", numpy.asfortranarray(base(3, 4, 5))
    yield "transposed", base(3, 4, 5).transpose(1, 2, 0)
    yield "steps", base(9, 8)[1::3, ::2]
    yield "reversed", base(5, 6)[::-1, ::-2]
    yield "column", base(5, 6)[:, 2]
    yield "empty", base(0, 3)
    yield "empty within", base(4, 5)[:, 2:2]
    yield "extent 1", base(1, 6)[:, ::2]
    yield "8-d", base(2, 1, 3, 1, 2, 1, 2, 2)
    packed = numpy.zeros(13, dtype=[("pad", "u1"), ("value", dtype)])
    packed["value"] = base(13)
    yield "unaligned", packed["value"]


def check_arrays():
    for code in DTYPES:
        dtype = numpy.dtype(code)
        native = dtype.newbyteorder("=")
        for name, found in arrangements(dtype):
            what = f"{dtype.str} {name}"
            view = memoryview(found)
            same(swift.describe(found), description(found), f"{what}, described")
            for order in "CFA":
                same(swift.to_contiguous(found, order), view.tobytes(order), f"{what}, to order {order}")
            same(swift.native(found), found.astype(native).tobytes(), f"{what}, as numbers")
            changed = found.copy()
            changed[...] = values(dtype, found.shape)[..., ::-1] if found.ndim else found
            for order in "CF":
                found[...] = 0
                swift.from_contiguous(found, order, memoryview(changed).tobytes(order))
                same(found.tobytes(), changed.tobytes(), f"{what}, from order {order}")
            found[...] = 0
            swift.store_native(found, changed.astype(native).tobytes())
            same(found.tobytes(), changed.tobytes(), f"{what}, from numbers")
            expected = one_more(changed)
            if dtype.isnative:
                swift.increment(found)
            else:
                refused(
                    f"{what}, in place",
                    f'buffer: elements of format "{view.format}" are in another byte order than this '
                    "machine's: copy them",
                    swift.increment,
                    found,
                )
                swift.increment(found, False)
            same(bits(found), bits(expected), f"{what}, one more")
            if found.ndim and found.size < 100:
                swift.increment(found, False)
                expected = one_more(expected)
                same(bits(found), bits(expected), f"{what}, one more element by element")


def bits(numbers):
    """The bytes of all numbers; of long doubles, those that mean something."""
    if numbers.dtype.char not in "gG":
        return numbers.tobytes()
    return numpy.frombuffer(numbers.tobytes(), "u1").reshape(-1, 16)[:, :10].tobytes()


def one_more(numbers):
    if numbers.dtype.kind == "b":
        return ~numbers
    return numpy.asarray(numbers + numbers.dtype.type(1)).astype(numbers.dtype)


FULL_READ_ONLY = 0x11C


def description(exporter):
    """What the exporter tells C, and of what order its memory is to Python."""
    view = memoryview(exporter)
    orders = "C" * view.c_contiguous + "F" * view.f_contiguous + "A" * view.contiguous
    _, size, item, readonly, format, ndim, *numbers = swift.request(exporter, FULL_READ_ONLY)
    return "\n".join(
        [f"{size} {item} {ndim} {'ro' if readonly else 'rw'} '{orders}'", format or "None"]
        + [text_of(list) for list in numbers]
    )


def text_of(numbers):
    return "(" + " ".join(f"{number}," for number in numbers) + ")" if numbers is not None else "None"


def check_strides():
    """Elements that share places, and axes beyond those of a view."""
    shared = numpy.broadcast_to(numpy.arange(4, dtype="i4"), (3, 4))
    same(swift.to_contiguous(shared, "C"), shared.tobytes(), "stride 0, read")
    same(swift.native(shared), shared.tobytes(), "stride 0, numbers")
    message = "buffer: asked for writing, and its memory is read-only: copy it, or ask for reading"
    refused("stride 0, read-only", message, swift.increment, shared)
    refused("read-only, bytes", message, swift.from_contiguous, b"abc", "C", b"xyz")
    base = numpy.zeros(4, dtype="i4")
    writable = numpy.lib.stride_tricks.as_strided(base, (3, 4), (0, 4))
    new = numpy.arange(12, dtype="i4").reshape(3, 4)
    swift.from_contiguous(writable, "C", new.tobytes())
    same(base.tolist(), [8, 9, 10, 11], "stride 0, the last stays")
    swift.store_native(writable, (new + 20).tobytes())
    same(base.tolist(), [28, 29, 30, 31], "stride 0, the last number stays")
    refused(
        "stride 0, in place",
        "buffer: elements along axis 0 share one place (stride 0): copy it",
        swift.increment,
        writable,
    )
    deep = numpy.arange(2**12, dtype="u2").reshape((2,) * 12).transpose()
    same(swift.to_contiguous(deep, "C"), deep.tobytes(), "12 axes")
    same(swift.to_contiguous(deep, "F"), deep.tobytes("F"), "12 axes, Fortran order")
    swift.from_contiguous(deep, "C", deep.tobytes()[::-1])
    same(deep.tobytes("C"), numpy.arange(2**12, dtype="u2").reshape((2,) * 12).transpose().tobytes()[::-1], "12 axes, written")
    refused("12 axes, as a view", "buffer: 12 axes, and a view has at most 8: copy it", swift.increment, deep)
    refused("another size", "buffer: expected memory of 8 bytes, found 7", swift.from_contiguous, bytearray(8), "C", b"1234567")


def check_slices(seed):
    random.seed(seed)
    for number in range(300):
        shape = tuple(random.randint(1, 5) for _ in range(random.randint(1, 4)))
        found = numpy.arange(int(numpy.prod(shape)), dtype="i2").reshape(shape)
        found = found.transpose(random.sample(range(len(shape)), len(shape)))
        index, text = [], []
        for extent in found.shape[: random.randint(0, len(shape))]:
            if random.random() < 0.3:
                place = random.randrange(extent)
                index.append(place)
                text.append(str(place))
            else:
                lower = random.randint(0, extent)
                upper = random.randint(lower, extent)
                step = random.choice([1, 1, 2, 3, -1, -2])
                index.append(slice(lower, upper) if step > 0 else slice(lower, upper))
                text.append(f"{lower}:{upper}:{step}")
        expected = found
        axis = 0
        for part, words in zip(index, text):
            if isinstance(part, int):
                expected = expected.take(part, axis=axis)
                continue
            step = int(words.split(":")[2])
            expected = numpy.moveaxis(numpy.moveaxis(expected, axis, 0)[part][::step], 0, axis)
            axis += 1
        same(swift.slice(found, ",".join(text)), expected.tobytes(), f"seed {seed}, slice {text} of {found.shape}")


# MARK: Other exporters

class Point(ctypes.Structure):
    _fields_ = [("x", ctypes.c_double), ("kind", ctypes.c_short), ("name", ctypes.c_char * 3)]


class Big(ctypes.BigEndianStructure):
    _fields_ = [("a", ctypes.c_int), ("b", ctypes.c_short * 2)]


def check_exporters():
    for code in "bBhHiIlLqQfd":
        found = array.array(code, [1, 2, 100])
        same(swift.describe(found), description(found), f"array('{code}'), described")
        same(swift.to_contiguous(found, "C"), found.tobytes(), f"array('{code}'), read")
        swift.increment(found)
        same(found.tolist(), [2, 3, 101], f"array('{code}'), one more")
    for found in [b"bytes", b"", bytearray(b"more bytes"), memoryview(b"0123456789")[8:1:-3], array.array("u", "äß")]:
        same(swift.describe(found), description(found), f"{found!r}, described")
        same(swift.to_contiguous(found, "C"), memoryview(found).tobytes(), f"{found!r}, read")
    text = bytearray(b"HAL")
    swift.increment(text)
    same(text, b"IBM", "bytearray, one more")
    number = (ctypes.c_int32 * 3 * 2)((1, 2, 3), (4, 5, 6))
    swift.increment(number)
    same([list(row) for row in number], [[2, 3, 4], [5, 6, 7]], "ctypes array, one more")
    codes = "c_bool c_byte c_ubyte c_short c_ushort c_int c_uint c_long c_ulong c_longlong c_ulonglong c_float c_double"
    for name in codes.split() + ["c_char", "c_size_t", "c_ssize_t", "c_longdouble"]:
        found = (getattr(ctypes, name) * 4)()
        same(swift.describe(found), description(found), f"ctypes {name}, described")
        same(swift.to_contiguous(found, "C"), bytes(found), f"ctypes {name}, read")
        same(swift.native(found), bytes(found), f"ctypes {name}, as numbers")
    for kind in [Point, Big, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_wchar_p, ctypes.py_object, ctypes.POINTER(ctypes.c_int)]:
        found = (kind * 2)()
        view = memoryview(found)
        same(swift.describe(found), description(found), f"ctypes {kind.__name__}, described")
        # ctypes forgets the bytes behind the last member of a struct.
        missing = 3 if kind is Point else 0
        size, written, _ = swift.format(view.format).split("\n")
        same(int(size), view.itemsize - missing, f"ctypes {kind.__name__}, size of {view.format}")
        same(written, without_repeats(view.format), f"ctypes {kind.__name__}, written")
    function = ctypes.CFUNCTYPE(ctypes.c_int)
    same(memoryview(function()).format, "X{}", "ctypes function, format")


def without_repeats(text):
    """A byte order is written once by Swift, at every number by ctypes."""
    order, result, name = "", "", False
    for character in text:
        if character == ":":
            name = not name
        if character in "<>@=" and not name:
            if character == order:
                continue
            order = character
        result += character
    return result


def check_pointers():
    rows = swift.Rows(3, 4)
    view = memoryview(rows)
    same(swift.describe(rows), description(rows), "rows, described")
    same(swift.to_contiguous(rows, "C"), view.tobytes(), "rows, read")
    same(swift.to_contiguous(rows, "F"), view.tobytes("F"), "rows, read in Fortran order")
    same(swift.slice(rows, "0:3:-2,1:4:2"), struct.pack("4i", 201, 203, 1, 3), "rows, slice")
    same(swift.slice(rows, "2"), view.tobytes()[32:], "rows, one of them")
    refused("rows, a column", "buffer: its elements lie behind pointers: ask for it with 'indirect', or copy it", swift.increment, rows)
    swift.increment(rows, False)
    same(view.tolist(), [[100 * i + j + 1 for j in range(4)] for i in range(3)], "rows, one more")
    swift.from_contiguous(rows, "F", struct.pack("12i", *range(12)))
    same(view.tolist(), [[j * 3 + i for j in range(4)] for i in range(3)], "rows, written in Fortran order")


# MARK: Requests

def check_requests():
    bits = [0x1, 0x4, 0x8, 0x10, 0x20, 0x40, 0x80, 0x100]
    grid = numpy.arange(12, dtype="f8").reshape(3, 4)
    sources = {
        "C": grid,
        "Fortran": numpy.asfortranarray(grid),
        "strided": grid[:, ::2],
        "reversed": grid[::-1],
        "read-only": memoryview(grid).toreadonly(),
        "bytes": b"0123456789",
        "scalar": numpy.array(1.5),
        "1-d": grid[0].copy(),
        "empty": numpy.zeros((0, 3)),
        "rows": swift.Rows(3, 4),
    }

    def asked(exporter, flags):
        try:
            return swift.request(exporter, flags)
        except BufferError:
            return "refused"

    for name, source in sources.items():
        view = memoryview(source)
        relay = swift.Relay(view)
        for chosen in itertools.product([0, 1], repeat=len(bits)):
            flags = sum(bit for bit, is_set in zip(bits, chosen) if is_set)
            expected = asked(view, flags)
            same(asked(relay, flags), expected, f"request {flags:#x} of {name}")
        same(relay.count(), 0, f"exports of {name}")


# MARK: Swift's arrays

def check_swift_arrays():
    found = swift.Array(3, 4)
    expected = [[100.0 * i + j for j in range(4)] for i in range(3)]
    view = memoryview(found)
    same((view.format, view.shape, view.strides, view.readonly), ("d", (3, 4), (32, 8), False), "Swift's array")
    same(view.tolist(), expected, "Swift's array, its elements")
    grid = numpy.asarray(found)
    grid[1, 2] = -1
    same(view[1, 2], -1.0, "Swift's array, written by NumPy")
    same(found.count(), 2, "Swift's array, exports")
    refused("Swift's array, resized", "buffer: cannot resize memory that is exported 2 times: end the exports first", found.resize, 9, 4)
    del grid
    view.release()
    same(found.count(), 0, "Swift's array, no exports")
    found.resize(4, 2)
    same(memoryview(found).tolist(), [[0, 1], [100, 101], [200, 201], [0, 0]], "Swift's array, resized")
    kept = memoryview(swift.Array(2, 2))
    same(kept.tolist(), [[0, 1], [100, 101]], "Swift's array, held by its view")


# MARK: Formats

def check_formats():
    codes = "x c b B ? h H i I l L q Q n N e f d s p P".split()
    random.seed(1)
    texts = codes + [order + code for order in "@=<>!" for code in codes]
    for _ in range(1500):
        parts = [random.choice(["", "", "2", "3", "0", "10"]) + random.choice(codes) for _ in range(random.randint(1, 5))]
        texts.append(random.choice(["", "@", "=", "<", ">", "!"]) + random.choice(["", " "]).join(parts))
    for text in texts:
        try:
            expected = str(struct.calcsize(text))
        except struct.error:
            expected = "refused"
        try:
            found = swift.format(text).split("\n")[0]
        except BufferError:
            found = "refused"
        # ctypes writes addresses in standard sizes, which struct does not read.
        if "P" in text and expected == "refused" and text[0] in "=<>!":
            without = text.replace("P", "q")
            try:
                expected = str(struct.calcsize(without))
            except struct.error:
                expected = "refused"
        same(found, expected, f"size of format '{text}'")
    for dtype in DTYPES + ["S5", "U3", "V7", "O"]:
        view = memoryview(numpy.zeros(2, dtype=dtype))
        size, written, kind = swift.format(view.format).split("\n")
        same(int(size), view.itemsize, f"size of NumPy's {dtype}")
        same(written, view.format, f"NumPy's {dtype}, written")
        if numpy.dtype(dtype).kind in "biufc":
            same(kind, numpy.dtype(dtype).newbyteorder("=").name.replace("float128", "longdouble").replace("complex256", "clongdouble"), f"type of NumPy's {dtype}")
    inner = lambda aligned: numpy.dtype([("x", "f8"), ("y", "i2")], align=aligned)
    for fields, aligned in itertools.product(
        [
            lambda aligned: [("a", "i4"), ("b", "f8")],
            lambda aligned: [("a", "i1"), ("b", "f8"), ("c", "i2")],
            lambda aligned: [("a", "i1"), ("b", inner(aligned)), ("c", "(2,3)i2")],
            lambda aligned: [("a", ">i4"), ("b", "S3"), ("c", "<c8"), ("d", "?")],
            lambda aligned: [("größe", "U2"), ("b", "V3"), ("c", "(2,)>f8")],
        ],
        [False, True],
    ):
        dtype = numpy.dtype(fields(aligned), align=aligned)
        found = numpy.zeros(3, dtype=dtype)
        found.view("u1")[...] = numpy.arange(found.nbytes, dtype="u1") % 251 % 2
        view = memoryview(found)
        size, written, _ = swift.format(view.format).split("\n")
        # NumPy writes no bytes at the end of a struct within a struct, and reads them: its own 40 bytes it reads as 48.
        same(int(size), parsed(view.format).itemsize, f"size of {view.format}")
        same(parsed(written), parsed(view.format), f"{view.format}, as NumPy reads what Swift writes")
        same(swift.format(written).split("\n")[1], written, f"{view.format}, written twice")
        same(swift.to_contiguous(found[::-1], "C"), memoryview(found[::-1]).tobytes(), f"{view.format}, read")
        same(swift.describe(found), description(found), f"{view.format}, described")
    for text, place, problem in [
        ("T{i:a:k}", 6, "no item is written 'k'"),
        ("99999999999999999999d", 0, "more bytes than can be counted"),
        ("<n", 1, "'n' has no standard size: write it behind '@' or '^'"),
        ("T{i", 3, "expected a '}'"),
    ]:
        refused(f"format '{text}'", f'buffer format "{text}", character {place}: {problem}', swift.format, text)


def parsed(text):
    from numpy._core._internal import _dtype_from_pep3118

    return _dtype_from_pep3118(text)


# MARK: Halos

def check_exchange():
    """Blocks of a grid, each a NumPy array with its halo, exchanged in place by Swift; every element compared."""
    rows, columns = 23, 17
    value = lambda i, j: 1000.0 * i + j
    for ranks, (lower, upper), kind in itertools.product(
        [(1, 1), (2, 1), (1, 2), (2, 2), (3, 2)], [(1, 1), (2, 1)], ["C", "F", "margin", "reversed"]
    ):
        arrays, blocks = [], []
        for p, q in itertools.product(range(ranks[0]), range(ranks[1])):
            block = [part(rows, ranks[0], p), part(columns, ranks[1], q)]
            shape = tuple(len(cells) + lower + upper for cells in block)
            if kind == "C":
                found = numpy.full(shape, -1.0)
            elif kind == "F":
                found = numpy.full(shape, -1.0, order="F")
            elif kind == "margin":
                found = numpy.full((shape[0] + 3, shape[1] + 4), -1.0)[1 : 1 + shape[0], 2 : 2 + shape[1]]
            else:
                found = numpy.full(shape, -1.0)[::-1]
            for i, j in itertools.product(*block):
                found[i - block[0][0] + lower, j - block[1][0] + lower] = value(i, j)
            arrays.append(found)
            blocks.append(block)
        swift.exchange(arrays, rows, columns, *ranks, lower, upper)
        for found, block in zip(arrays, blocks):
            expected = numpy.full(found.shape, -1.0)
            for i, j in itertools.product(range(found.shape[0]), range(found.shape[1])):
                row, column = i - lower + block[0][0], j - lower + block[1][0]
                if 0 <= column < columns:
                    expected[i, j] = value(row % rows, column)
            same(found.tolist(), expected.tolist(), f"exchange of {kind} arrays on {ranks} ranks, halo {lower} {upper}")
            if kind == "margin":
                outside = found.base.copy()
                outside[1 : 1 + found.shape[0], 2 : 2 + found.shape[1]] = -1
                same(bool((outside == -1).all()), True, f"exchange on {ranks} ranks, beside the array")
    frozen = numpy.zeros((25, 19))
    refused(
        "exchange of another shape",
        "rank 0: error: field, shape: expected [26, 20], the points with the halo, found [25, 19]",
        swift.exchange,
        [frozen],
        rows,
        columns,
        1,
        1,
        2,
        1,
    )


def part(extent, parts, number):
    smaller, larger = divmod(extent, parts)
    start = smaller * number + min(number, larger)
    return range(start, start + smaller + (number < larger))


for check in [check_arrays, check_strides, check_exporters, check_pointers, check_requests, check_swift_arrays]:
    check()
check_slices(random.SystemRandom().randrange(10**9))
check_formats()
check_exchange()
print(f"Python {sys.version.split()[0]}, NumPy {numpy.__version__}: {count} comparisons, {wrong} wrong")
sys.exit(wrong != 0)
