/// Distributed fields in files: a folder in the format Zarr, version 3, that all ranks write and read together.
///
/// ```swift
/// let snapshot = try Snapshot.Writer(at: "sea.zarr", on: grid, dimensions: ["y", "x"])
/// try snapshot.write(step: 10, time: 0.5) { $0.add(height, "height") }
/// ```
///
/// Python opens it as `xarray.open_zarr("sea.zarr")`. ``Writer`` tells how it is written, ``Reader`` how it is read.
///
/// The format is that of <https://zarr-specs.readthedocs.io/en/latest/v3/core/index.html>.
public enum Snapshot {}
