"""Draws a snapshot of the tsunami: the level of the sea at its last step, and the highest level that there was.

    pip install xarray zarr matplotlib
    Examples/run.sh tsunami --snapshot sea.zarr
    python Examples/plot.py sea.zarr --output sea.png
"""

import argparse

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import xarray as xr

arguments = argparse.ArgumentParser(description="Draws a snapshot of the tsunami.")
arguments.add_argument("snapshot", help="the folder that tsunami --snapshot wrote")
arguments.add_argument("--output", default="sea.png", help="the picture (default: sea.png)")
arguments.add_argument("--step", type=int, help="a step of the snapshot (default: the last)")
arguments = arguments.parse_args()

sea = xr.open_zarr(arguments.snapshot)
steps = sea.step.values.tolist()
if arguments.step is not None and arguments.step not in steps:
    raise SystemExit(f"there is no step {arguments.step} in {arguments.snapshot}; there are {steps}")
now = sea.isel(time=-1 if arguments.step is None else steps.index(arguments.step))
range_of_colours = sea.attrs["amplitude"] / 3

level = (now.depth + now.ground).where(now.depth > 1e-3)
highest = now.crest.where((now.crest > 0) | (now.ground < 0))

figure, axes = plt.subplots(1, 2, figsize=(14, 4.5), sharey=True, layout="constrained")
layers = [
    (level, "level of the sea", "RdBu_r", -range_of_colours, f"after {float(now.time) / 60:.0f} min (step {int(now.step)})"),
    (highest, "highest level so far", "YlOrRd", 0, "since the sea was raised"),
]
for axis, (layer, label, colours, lowest, title) in zip(axes, layers):
    axis.set_facecolor("0.8")
    layer.plot(
        ax=axis, cmap=colours, vmin=lowest, vmax=range_of_colours, cbar_kwargs={"label": f"{label} [m]"}
    )
    now.ground.plot.contour(ax=axis, levels=[0], colors="0.3", linewidths=0.6)
    axis.set(title=title, xlabel="longitude [°E]", ylabel="latitude [°N]", aspect=1.5)
figure.savefig(arguments.output, dpi=120)
