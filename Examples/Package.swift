// swift-tools-version: 6.3
import PackageDescription

// The examples are a package of their own, so that what only they need (a picture library, a command-line
// parser) never reaches a user of the library.
let settings: [SwiftSetting] = [
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

// Their own tests see what is internal to them, in the programs that users run.
let testable = settings + [.unsafeFlags(["-enable-testing"])]

let libraries: [Target.Dependency] = [
  .product(name: "Halo", package: "swift-halo"),
  .product(name: "ArgumentParser", package: "swift-argument-parser"),
]
let example = ["ExampleSupport"] + libraries

let package = Package(
  name: "swift-halo-examples",
  products: [
    .executable(name: "heat", targets: ["heat"]),
    .executable(name: "sphere", targets: ["sphere"]),
    .executable(name: "tsunami", targets: ["tsunami"]),
    .executable(name: "waves", targets: ["waves"]),
  ],
  dependencies: [
    .package(name: "swift-halo", path: ".."),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
  ],
  targets: [
    .systemLibrary(
      name: "CPNG", pkgConfig: "libpng",
      providers: [.apt(["libpng-dev"]), .yum(["libpng-devel"]), .brew(["libpng"])]),
    .target(
      name: "ExampleSupport",
      dependencies: ["CPNG"] + libraries,
      swiftSettings: settings),
    .executableTarget(
      name: "heat",
      dependencies: example,
      exclude: ["make-ptx.sh"],
      resources: [.embedInCode("Spread.cl"), .embedInCode("Spread.ptx")],
      swiftSettings: settings),
    .executableTarget(
      name: "sphere",
      dependencies: example,
      swiftSettings: testable),
    .executableTarget(
      name: "tsunami",
      dependencies: example + [.product(name: "Snapshot", package: "swift-halo")],
      resources: [.copy("Ground")],
      swiftSettings: testable),
    .executableTarget(
      name: "waves",
      dependencies: example,
      swiftSettings: settings),
    .testTarget(name: "ExampleSupportTests", dependencies: ["ExampleSupport"], swiftSettings: settings),
    .testTarget(
      name: "SphereTests", dependencies: ["sphere", .product(name: "Halo", package: "swift-halo")],
      swiftSettings: settings),
    .testTarget(name: "TsunamiTests", dependencies: ["tsunami", "ExampleSupport"], swiftSettings: settings),
  ]
)
