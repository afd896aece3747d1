import Halo

// The patterns of T. Schneider, R. Gerstenberger and T. Hoefler, "Micro-Applications for Communication Data Access
// Patterns and MPI Datatypes", EuroMPI 2012, LNCS 7490, pp. 121–131 (DDTBench). Sizes are among those that the
// suite itself runs (http://unixer.de/research/datatypes/ddtbench/), in C's order of axes: the last is the fastest.
extension NamedLayout {
  /// What well-known applications send, whatever the field of the command line; then slices of arrays of structs.
  static let applications = [wrfX, wrfY, milc, luX, luY, mgX, mgY, mgZ, fft, structComponent]

  /// The Weather Research and Forecasting model's halo in its first direction.
  ///
  /// WRF sends its variables together: here 4 two-dimensional arrays [y][x], 3 three-dimensional ones [y][z][x] and
  /// 2 four-dimensional ones [scalar][y][z][x], of which all scalars but the first are sent, in single precision.
  /// Baroclinic wave case on 2 × 2 ranks: memory of 52 × 65 × 32 points (halo included), a halo of 3. In x, runs
  /// of 3 numbers (12 bytes), 32 numbers apart.
  private static let wrfX = NamedLayout("wrf-x", "WRF: 9 arrays of float32, runs of 12 bytes (DDTBench)") {
    _ in
    wrf(x: 22..<25, y: 4..<48, haloX: 25..<28, haloY: 4..<48)
  }

  /// The same in its second direction: runs of 23 numbers (92 bytes).
  private static let wrfY = NamedLayout("wrf-y", "WRF: 9 arrays of float32, runs of 92 bytes (DDTBench)") {
    _ in
    wrf(x: 5..<28, y: 7..<10, haloX: 5..<28, haloY: 4..<7)
  }

  private static func wrf(x: Range<Int>, y: Range<Int>, haloX: Range<Int>, haloY: Range<Int>) -> CopyPattern {
    let (pointsX, pointsZ, pointsY) = (32, 65, 52)
    let planar = Layout(contiguous: [pointsY, pointsX], itemSize: 4)
    let spatial = Layout(contiguous: [pointsY, pointsZ, pointsX], itemSize: 4)
    let scalars = Layout(contiguous: [2, pointsY, pointsZ, pointsX], itemSize: 4)
    var bytes = 0
    var (sent, received): ([Layout], [Layout]) = ([], [])
    for (array, count) in [(planar, 4), (spatial, 3), (scalars, 2)] {
      for _ in 0..<count {
        let placed = Layout(shape: array.shape, strides: array.strides, itemSize: 4, offset: bytes)
        let levels: [AxisSlice] = array.rank > 2 ? [.all] : []
        let later: [AxisSlice] = array.rank > 3 ? [.range(1..<2)] : []
        sent.append(placed.sliced(by: later + [.range(y)] + levels + [.range(x)]))
        received.append(placed.sliced(by: later + [.range(haloY)] + levels + [.range(haloX)]))
        // Each array begins on a cache line of its own, as one from an allocator does.
        bytes += (array.byteCount + 63) / 64 * 64
      }
    }
    return CopyPattern(memoryBytes: bytes, packed: sent, unpacked: received)
  }

  /// MILC, lattice quantum chromodynamics: su3 vectors to the neighbour below in z.
  ///
  /// A lattice [t][z][y][x] of 16⁴ sites, even sites before odd ones in each half of the memory; on a site a vector
  /// of 3 complex numbers in single precision (24 bytes). For each parity and each t, half a plane z = 0: 16 × 16 / 2
  /// vectors (3072 bytes) in a row, 16 × 16 × 16 / 2 vectors apart.
  private static let milc = NamedLayout("milc-zdown", "MILC: su3 vectors, runs of 3072 bytes (DDTBench)") {
    _ in
    let lattice = Layout(contiguous: [2, 16, 16, 128], itemSize: 24)
    return CopyPattern(of: lattice, packed: lattice[.all, .all, 0], unpacked: lattice[.all, .all, 15])
  }

  // NAS LU sends, in each plane of its wavefront, the 5 unknowns of a line of points. The array is
  // [y + 2][x + 2][5] in double precision, halo included; class D has 408 points an axis.
  private static let lu = Layout(contiguous: [410, 410, 5], itemSize: 8)

  /// LU across the slow axis: a row of 408 × 5 numbers, contiguous.
  private static let luX = NamedLayout("lu-x", "NAS LU: one contiguous row of 16 KB (DDTBench)") { _ in
    CopyPattern(of: lu, packed: lu[408, 1..<409], unpacked: lu[0, 1..<409])
  }

  /// LU across the fast axis: 408 runs of 5 numbers (40 bytes), a row apart.
  private static let luY = NamedLayout("lu-y", "NAS LU: runs of 40 bytes, a row apart (DDTBench)") { _ in
    CopyPattern(of: lu, packed: lu[1..<409, 408], unpacked: lu[1..<409, 0])
  }

  // NAS MG sends the faces of [z][y][x] grids of doubles without their edges; here 130 × 130 × 258 points.
  private static let mg = Layout(contiguous: [130, 130, 258], itemSize: 8)

  /// MG across x: 128 × 128 single numbers, a row of 258 apart.
  private static let mgX = NamedLayout("mg-x", "NAS MG: single numbers, a row apart (DDTBench)") { _ in
    CopyPattern(of: mg, packed: mg[1..<129, 1..<129, 256], unpacked: mg[1..<129, 1..<129, 257])
  }

  /// MG across y: a row of 256 numbers (2048 bytes) in each of 128 planes.
  private static let mgY = NamedLayout("mg-y", "NAS MG: rows of 2048 bytes, a plane apart (DDTBench)") { _ in
    CopyPattern(of: mg, packed: mg[1..<129, 128, 1..<257], unpacked: mg[1..<129, 129, 1..<257])
  }

  /// MG across z: 128 rows of 256 numbers in one plane, with the edges of 2 numbers between them.
  private static let mgZ = NamedLayout("mg-z", "NAS MG: rows of 2048 bytes, 16 bytes between (DDTBench)") {
    _ in
    CopyPattern(of: mg, packed: mg[128, 1..<129, 1..<257], unpacked: mg[129, 1..<129, 1..<257])
  }

  /// The transpose of a two-dimensional Fourier transform.
  ///
  /// A matrix of 1024 × 1024 complex numbers (16 bytes), of which one of 4 ranks has 256 rows. What arrives holds
  /// the columns of the rank's rows one after the other: each column goes down the rows, 16 bytes at a time, 16 KiB
  /// apart. Packing goes the same way back.
  private static let fft = NamedLayout("fft2d-transpose", "2-D FFT: transposed complex128 matrix (DDTBench)")
  { _ in
    let rows = Layout(contiguous: [256, 1024], itemSize: 16)
    return CopyPattern(of: rows, packed: rows.transposed())
  }

  /// One of the 5 components of each cell of an array of structs, as many cells as a face of the field has.
  private static let structComponent = NamedLayout(
    "struct-component", "one of 5 components of an array of structs, C order"
  ) { field in
    let cells = Layout(contiguous: [field.halo, field.owned[1], field.owned[2], 5], itemSize: field.itemSize)
    return CopyPattern(of: cells, packed: cells[.all, .all, .all, 2])
  }
}
