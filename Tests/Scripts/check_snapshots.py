"""The Python side of check-snapshots.sh: what Swift wrote must be these bits, and these bits are written for Swift.

usage: check_snapshots.py read FOLDER...
       check_snapshots.py write FOLDER        prints the arguments of snapshot-check, a line a group
"""

import sys
import warnings

import numpy as np
import xarray as xr
import zarr

warnings.filterwarnings("ignore", message="Consolidated metadata")

TYPES = [
    "bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
    "float16", "float32", "float64", "complex64", "complex128",
]  # fmt: skip
# The arrays of Tests/SnapshotCheck/Cases.swift, from a grid of 13 (closed on itself) x 10 cells.
FORMS = {
    "cells": ((13, 10, 3), ("y", "x", "cells_level")),
    "faces": ((13, 11, 1), ("y_faces", "x_faces", "faces_level")),
    "fortran": ((2, 10, 13), ("fortran_level", "x", "y")),
}


def pattern(dtype, shape, step):
    """The elements that belong to the indices of an array: SplitMix64 of each one's number."""
    dtype = np.dtype(dtype)
    count = int(np.prod(shape))
    with np.errstate(over="ignore"):
        number = 2 * (np.arange(count, dtype=np.uint64) + np.uint64(step * 1_000_003))
        words = np.empty((count, 2), np.uint64)
        for part in range(2):
            z = (number + np.uint64(part + 1)) * np.uint64(0x9E3779B97F4A7C15)
            z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
            z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
            words[:, part] = z ^ (z >> np.uint64(31))
    if dtype == bool:
        return (words[:, 0] & np.uint64(1)).astype(bool).reshape(shape)
    parts = 2 if dtype.kind == "c" else 1
    size = dtype.itemsize // parts
    little = words[:, :parts].astype("<u8").view(np.uint8).reshape(count, parts, 8)[:, :, :size]
    return np.ascontiguousarray(little).reshape(-1).view(dtype.newbyteorder("<")).reshape(shape)


def same_bits(a, b):
    a, b = np.ascontiguousarray(a), np.ascontiguousarray(b)
    return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()


wrong = []


def check(what, is_right):
    if not is_right:
        wrong.append(what)
        print("WRONG", what)


def read(folder):
    """Compares every array that Swift has written, by zarr and by xarray."""
    group = zarr.open_group(folder, mode="r")
    check(f"{folder}: version 3", group.metadata.zarr_format == 3)
    dataset = xr.open_zarr(folder)
    check(f"{folder}: steps", dataset.step.values.tolist() == [0, 10, 20])
    check(f"{folder}: times", dataset.time.values.tolist() == [0, 0.25, 0.5])
    check(f"{folder}: time is a coordinate", "time" in dataset.coords and "step" in dataset.coords)
    check(f"{folder}: coordinates", dataset.x.values.tolist() == [i / 2 for i in range(10)])
    check(f"{folder}: attributes of a coordinate", dataset.y.attrs == {"units": "km"})
    check(f"{folder}: attributes", dataset.attrs["title"] == "all types")
    check(f"{folder}: numbers in attributes", dataset.attrs["numbers"] == [1, 2.5, -3])
    for form, (shape, dimensions) in FORMS.items():
        for dtype in TYPES:
            name = f"{form}_{dtype}"
            array = group[name]
            check(f"{folder}: {name} by its own document", zarr.open_array(f"{folder}/{name}", mode="r").shape == array.shape)
            check(f"{folder}: dimensions of {name}", dataset[name].dims == ("time",) + dimensions)
            check(f"{folder}: attributes of {name}", dataset[name].attrs == {"units": "1", "form": form})
            for step in range(3):
                expected = pattern(dtype, shape, step)
                check(f"{folder}: {name} of step {step} by zarr", same_bits(array[step], expected))
                check(f"{folder}: {name} of step {step} by xarray", same_bits(dataset[name].values[step], expected))


def write(folder):
    """Writes arrays as Python does them, of all types, codecs, chunkings and orders."""
    from zarr.codecs import BytesCodec, Crc32cCodec, GzipCodec, TransposeCodec, ZstdCodec

    shape = (13, 10)
    chains = {
        "plain": dict(compressors=None),
        "default": dict(),
        "crc": dict(compressors=[Crc32cCodec()]),
        "gzip": dict(compressors=[GzipCodec(level=6)]),
        "zstd": dict(compressors=[ZstdCodec(level=5, checksum=True)]),
        "zstd_crc": dict(compressors=[ZstdCodec(level=1), Crc32cCodec()]),
        "crc_gzip": dict(compressors=[Crc32cCodec(), GzipCodec(level=1)]),
        "gzip_zstd": dict(compressors=[GzipCodec(level=0), ZstdCodec()]),
        "big": dict(serializer=BytesCodec(endian="big"), compressors=None),
        "transposed": dict(filters=[TransposeCodec(order=(1, 0))], compressors=[Crc32cCodec()]),
        "keys": dict(chunk_key_encoding={"name": "v2", "separator": "."}),
        "dots": dict(chunk_key_encoding={"name": "default", "separator": "."}),
    }
    group = zarr.open_group(f"{folder}/codecs.zarr", mode="w", zarr_format=3)
    names = []
    for place, (chain, options) in enumerate(chains.items()):
        for dtype in TYPES:
            if chain == "big" and np.dtype(dtype).itemsize == 1:
                continue
            name = f"{chain}_{dtype}"
            chunks = [(13, 10), (5, 4), (1, 10), (20, 3), (2, 2)][place % 5]
            group.create_array(name, shape=shape, dtype=dtype, chunks=chunks, **options)[:] = pattern(dtype, shape, 0)
            names.append(f"{name}={dtype}")
    print("codecs.zarr", *names)

    # Steps in one chunk, and a chunk each; consolidated as xarray does it.
    for chunks in [3, 1, 2]:
        steps = {
            dtype: (("time", "y", "x"), np.stack([pattern(dtype, shape, step) for step in range(3)])) for dtype in TYPES
        }
        dataset = xr.Dataset(steps, coords={"time": [0.0, 1.0, 2.0]})
        encoding = {dtype: {"chunks": (chunks, 6, 10)} for dtype in TYPES}
        dataset.to_zarr(f"{folder}/xarray{chunks}.zarr", mode="w", zarr_format=3, encoding=encoding)
        print(f"xarray{chunks}.zarr", *(f"{dtype}={dtype}" for dtype in TYPES))

    # Chunks that hold nothing but the fill value are not written by Python.
    group = zarr.open_group(f"{folder}/fill.zarr", mode="w", zarr_format=3)
    names = []
    for dtype in TYPES:
        values = pattern(dtype, shape, 0)
        fill = values[np.isfinite(values)][7]
        array = group.create_array(dtype, shape=shape, dtype=dtype, chunks=(1, 1), fill_value=fill)
        array[:] = values
        check(f"a chunk of {dtype} is left out", array.nchunks_initialized < values.size)
        names.append(f"{dtype}={dtype}")
    print("fill.zarr", *names)


if sys.argv[1] == "read":
    for folder in sys.argv[2:]:
        read(folder)
    print("all is right" if not wrong else f"{len(wrong)} wrong")
    sys.exit(1 if wrong else 0)
write(sys.argv[2])
sys.exit(1 if wrong else 0)
