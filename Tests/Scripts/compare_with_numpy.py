"""Packs the faces of a field with halo-bench and with numpy.ascontiguousarray, in turn, and compares the rates."""

import argparse
import json
import mmap
import os
import statistics
import subprocess
import sys
import time

import numpy

EXTENT = 128
HALO = 3
SECONDS = 0.1
SAMPLE_NANOSECONDS = 20_000
FEWEST_SAMPLES = 11


def face(order, axis):
    """The cells that the upper neighbour on an axis needs: a view of a field that has no zeros."""
    width = EXTENT + 2 * HALO
    field = numpy.empty((width,) * 3, dtype=numpy.float64, order=order)
    field[...] = numpy.random.default_rng(1).random(field.shape)
    cells = [slice(HALO, HALO + EXTENT)] * 3
    cells[axis] = slice(EXTENT, EXTENT + HALO)
    return field[tuple(cells)]


class Eviction:
    """Empties the caches as halo-bench does: an array twice the largest cache, on small pages."""

    def __init__(self):
        try:
            largest = os.sysconf("SC_LEVEL3_CACHE_SIZE")
        except (ValueError, OSError):
            largest = 0
        size = min(max(2 * largest, 64 << 20), 512 << 20)
        self.lines = numpy.frombuffer(mmap.mmap(-1, size), dtype=numpy.uint8)[::64]

    def run(self):
        numpy.add(self.lines, 1, out=self.lines)


def seconds_of(cells, repetitions):
    start = time.perf_counter_ns()
    for _ in range(repetitions):
        numpy.ascontiguousarray(cells)
    return (time.perf_counter_ns() - start) * 1e-9 / repetitions


def shortest_sample(cells, repetitions):
    return repetitions * min(seconds_of(cells, repetitions) for _ in range(4))


def numpy_rate(cells, eviction):
    """The median rate in GB/s of payload."""
    repetitions = 1
    while eviction is None and shortest_sample(cells, repetitions) < SAMPLE_NANOSECONDS * 1e-9:
        repetitions *= 2
    samples = []
    end = time.perf_counter() + SECONDS
    while len(samples) < FEWEST_SAMPLES or time.perf_counter() < end:
        if eviction is not None:
            eviction.run()
        else:
            numpy.ascontiguousarray(cells)
        samples.append(seconds_of(cells, repetitions))
    return cells.nbytes * 1e-9 / statistics.median(samples)


def our_figures(program, layout, cold):
    """What halo-bench says of packing a layout."""
    command = [program, "pack", "--layout", layout, "--seconds", str(SECONDS), "--json", "-"]
    result = subprocess.run(command + ["--cold"] * cold, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        sys.exit(f"compare-with-numpy.sh: halo-bench failed: {result.stderr.strip()}")
    return next(figures for figures in json.loads(result.stdout) if figures["operation"] == "pack")


def rates(arguments, layout, cells, eviction):
    """The median rates over all rounds: ours, memcpy's and NumPy's."""
    ours, memcpy, theirs = [], [], []
    for _ in range(arguments.rounds):
        figures = our_figures(arguments.program, layout, cold=eviction is not None)
        if figures["bytes"] != cells.nbytes:
            sys.exit(f"compare-with-numpy.sh: {layout}: {figures['bytes']} bytes here, {cells.nbytes} in NumPy")
        ours.append(figures["ours_gbps"])
        memcpy.append(figures["memcpy_gbps"])
        theirs.append(numpy_rate(cells, eviction))
    return statistics.median(ours), statistics.median(memcpy), statistics.median(theirs)


def main():
    parser = argparse.ArgumentParser(prog="compare-with-numpy.sh")
    parser.add_argument("program")
    parser.add_argument("--least", type=float, default=1.5)
    parser.add_argument("--rounds", type=int, default=7)
    arguments = parser.parse_args()
    if arguments.rounds < 1:
        parser.error("argument --rounds: give 1 or more")

    print(f"faces of {EXTENT}x{EXTENT}x{EXTENT} float64, halo {HALO}; NumPy {numpy.__version__}; GB/s of payload")
    print("caches  face              ours  memcpy   NumPy  ours/NumPy")
    eviction = Eviction()
    slow = []
    for cold in (False, True):
        caches = "cold" if cold else "warm"
        for order, prefix in (("C", "c"), ("F", "fortran")):
            for axis in range(3):
                layout = f"{prefix}-face-{axis}"
                ours, memcpy, theirs = rates(arguments, layout, face(order, axis), eviction if cold else None)
                ratio = ours / theirs
                print(f"{caches:6}  {layout:14}  {ours:6.2f}  {memcpy:6.2f}  {theirs:6.2f}  {ratio:10.2f}", flush=True)
                if ratio < arguments.least:
                    slow.append(f"{layout} {caches}")
    if slow:
        sys.exit(f"less than {arguments.least} times as fast as NumPy: {', '.join(slow)}")


if __name__ == "__main__":
    main()
