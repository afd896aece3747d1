// swift-tools-version: 6.3
import PackageDescription

// Which MPI to build against: a pkg-config name. `mpi-c` is the distribution's own choice;
// `ompi-c` (Open MPI) and `mpich` name one implementation.
let mpi = Context.environment["HALO_MPI_PKGCONFIG"] ?? "mpi-c"

// Sanitizers bring an allocator of their own, which must not be counted through.
let countsAllocations = Context.environment["HALO_SANITIZER"] == nil

// The test targets that are built, if not all: ./mpirun-tests.sh --targets.
let testTargets = Context.environment["HALO_TEST_TARGETS"]?.split(separator: ",").map(String.init)

let settings: [SwiftSetting] = [
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
  .enableExperimentalFeature("Lifetimes"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

let package = Package(
  name: "swift-halo",
  products: [
    .library(name: "Halo", targets: ["Halo"]),
    .library(name: "Snapshot", targets: ["Snapshot"]),
    .executable(name: "halo-bench", targets: ["halo-bench"]),
    // What Python loads to test the buffer protocol: Tests/Scripts/check-buffer-protocol.sh.
    .library(name: "PythonBuffers", type: .dynamic, targets: ["PythonBuffers"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-numerics", from: "1.1.0"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
  ],
  targets: [
    // Each floor imports only what is listed above it.
    .systemLibrary(
      name: "CMPI", pkgConfig: mpi,
      providers: [.apt(["libopenmpi-dev"]), .yum(["openmpi-devel"]), .brew(["open-mpi"])]),
    .systemLibrary(name: "CPrefetch"),
    .systemLibrary(name: "CBufferProtocol"),
    .systemLibrary(name: "CSharedMemory"),
    .target(
      name: "CAccelerators", exclude: ["README.md", "TransferKernel.ptx", "make-ptx.sh"],
      linkerSettings: [.linkedLibrary("dl", .when(platforms: [.linux]))]),
    .target(
      name: "Strided",
      dependencies: [
        "CPrefetch", "CBufferProtocol", .product(name: "ComplexModule", package: "swift-numerics"),
      ],
      swiftSettings: settings),
    .target(name: "Timing", swiftSettings: settings),
    .target(name: "Topology", swiftSettings: settings),
    .target(name: "MPI", dependencies: ["CMPI", "Strided"], swiftSettings: settings),
    .target(
      name: "Memory", dependencies: ["Strided", "CSharedMemory", "CAccelerators"], swiftSettings: settings),
    .target(
      name: "Staging", dependencies: ["Strided", "Timing", "MPI", "Memory"], swiftSettings: settings),
    .target(
      name: "Halo",
      dependencies: ["Strided", "Timing", "Topology", "MPI", "Memory", "Staging"],
      swiftSettings: settings),

    .systemLibrary(name: "CSnapshot"),
    .target(
      name: "Snapshot", dependencies: ["Halo", "CSnapshot"], swiftSettings: settings,
      linkerSettings: [.linkedLibrary("dl", .when(platforms: [.linux]))]),

    // A user like any other: what is not public it cannot see.
    .executableTarget(
      name: "halo-bench",
      dependencies: [
        "Halo", "AllocationCounting", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      packageAccess: false,
      swiftSettings: settings),

    .target(name: "MPITesting", dependencies: ["MPI"], path: "Tests/MPITesting", swiftSettings: settings),
    // Counts the heap allocations of the test program, to show that the hot paths make none.
    .target(
      name: "AllocationCounting", path: "Tests/AllocationCounting",
      swiftSettings: settings + (countsAllocations ? [.define("COUNTS_ALLOCATIONS")] : []),
      linkerSettings: countsAllocations
        ? [
          .unsafeFlags(
            ["malloc", "calloc", "realloc", "aligned_alloc", "posix_memalign"].flatMap {
              ["-Xlinker", "--defsym=\($0)=counted_\($0)"]
            })
        ] : []),
    // The buffer protocol for a Python extension that tests it.
    .target(
      name: "PythonBuffers",
      dependencies: ["Halo", .product(name: "ComplexModule", package: "swift-numerics")],
      path: "Tests/PythonBuffers", swiftSettings: settings),
    // Random numbers for tests that can be had again.
    .target(name: "SeededRandom", path: "Tests/SeededRandom", swiftSettings: settings),
    .testTarget(
      name: "CAcceleratorsTests", dependencies: ["CAccelerators", "SeededRandom"], swiftSettings: settings),
    .testTarget(
      name: "StridedTests",
      dependencies: ["Strided", "SeededRandom", .product(name: "ComplexModule", package: "swift-numerics")],
      swiftSettings: settings),
    .testTarget(
      name: "TimingTests", dependencies: ["Timing", "AllocationCounting"], swiftSettings: settings),
    // Where the halo of a cubed sphere comes from, for the tests of two floors.
    .target(name: "CubedSphereOracle", path: "Tests/CubedSphereOracle", swiftSettings: settings),
    .testTarget(
      name: "TopologyTests", dependencies: ["Topology", "CubedSphereOracle"], swiftSettings: settings),
    .testTarget(
      name: "MPITests", dependencies: ["MPI", "Strided", "MPITesting", "SeededRandom"],
      swiftSettings: settings),
    // The devices of this machine, real ones and stand-ins alike.
    .target(
      name: "DeviceTesting", dependencies: ["Memory", "CAccelerators"], path: "Tests/DeviceTesting",
      swiftSettings: settings),
    .testTarget(
      name: "MemoryTests",
      dependencies: [
        "Memory", "Strided", "CAccelerators", "DeviceTesting", "SeededRandom",
        .product(name: "ComplexModule", package: "swift-numerics"),
      ],
      swiftSettings: settings),
    .testTarget(
      name: "StagingTests",
      dependencies: [
        "Staging", "Strided", "Timing", "Memory", "MPI", "MPITesting", "AllocationCounting", "DeviceTesting",
        "SeededRandom",
      ],
      swiftSettings: settings),
    // What fields must hold after an update, from global coordinates.
    .target(
      name: "HaloOracles", dependencies: ["Halo", "CubedSphereOracle"], path: "Tests/HaloOracles",
      swiftSettings: settings),
    .testTarget(
      name: "HaloTests",
      dependencies: [
        "Halo", "MPITesting", "AllocationCounting", "CubedSphereOracle", "DeviceTesting", "HaloOracles",
        "SeededRandom", .product(name: "ComplexModule", package: "swift-numerics"),
      ],
      exclude: ["Refused"],
      swiftSettings: settings),
    .testTarget(
      name: "SnapshotTests", dependencies: ["Snapshot", "Halo", "MPITesting", "SeededRandom"],
      swiftSettings: settings),
    // What Python reads and writes in Tests/Scripts/check-snapshots.sh; a user like any other.
    .executableTarget(
      name: "snapshot-check",
      dependencies: ["Snapshot", "Halo", .product(name: "ComplexModule", package: "swift-numerics")],
      path: "Tests/SnapshotCheck", packageAccess: false, swiftSettings: settings),
    // Tests halo updates on a device of a machine without Swift: Examples/gpu-bundle.sh. A user like any other.
    .executableTarget(
      name: "device-halo-check", dependencies: ["Halo", "HaloOracles", "SeededRandom"],
      path: "Tests/DeviceHaloCheck", packageAccess: false, swiftSettings: settings),
    // Runs the built program, which lies beside the tests.
    .testTarget(name: "HaloBenchTests", dependencies: ["DeviceTesting"], swiftSettings: settings),
  ]
)

if let testTargets { package.targets.removeAll { $0.type == .test && !testTargets.contains($0.name) } }
