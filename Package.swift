// swift-tools-version: 6.2
import PackageDescription

let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let lifecycle = Target.Dependency.product(
  name: "ServiceLifecycle", package: "swift-service-lifecycle")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let signals = Target.Dependency.product(
  name: "UnixSignals", package: "swift-service-lifecycle")
let paths = Target.Dependency.product(name: "SystemPackage", package: "swift-system")

/// What tests spend most of their time in.
let optimizedForTests = SwiftSetting.unsafeFlags(["-O"], .when(configuration: .debug))

// A target of Sources may depend only on targets below it in this list, and every target names all that it imports.
// ArchitectureTests see to both.
let package = Package(
  name: "Misfire",
  products: [
    .executable(name: "misfire", targets: ["misfire"]),
    .executable(name: "misfired", targets: ["misfired"]),
    .executable(name: "misfire-decode", targets: ["misfire-decode"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
    .package(url: "https://github.com/apple/swift-system", exact: "1.8.1"),
    .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
  ],
  targets: [
    // Floor: the commands.
    .executableTarget(
      name: "misfire",
      dependencies: [
        "Report", "Mining", "Corpus", "Settings", "OpenCVDetector", "Systemd", "Detection",
        "Durable",
        argumentParser, paths,
      ]),
    .executableTarget(
      name: "misfired", dependencies: ["Daemon", "Settings", "CLinux", argumentParser, paths]),
    .executableTarget(
      name: "misfire-decode", dependencies: ["Raster", "Codecs", "Sandbox", "Detection", "CLinux"]),
    .executableTarget(
      name: "misfire-bench",
      dependencies: [
        "Mining", "Corpus", "Settings", "World", "Raster", "Codecs", "Detection", "CPeers",
        argumentParser, paths,
      ]),
    .executableTarget(name: "draw-world", dependencies: ["World", argumentParser, paths]),

    // Floor: the service, and its page.
    .target(
      name: "Daemon",
      dependencies: [
        "Scheduling", "Report", "Mining", "Corpus", "Settings", "Annotations", "Raster", "HDF5",
        "Inotify", "Systemd", "Durable", "Detection", "CLinux", lifecycle, logging, signals, paths,
      ]),
    // Simulated for years in the tests, which take it as fast as it is.
    .target(
      name: "Scheduling",
      dependencies: ["Mining", "Settings", "Inotify", "Systemd", "Detection", paths],
      swiftSettings: [.unsafeFlags(["-O"], .when(configuration: .debug))]),
    .target(
      name: "Report", dependencies: ["Mining", "Corpus", "Settings", "Durable", "Detection", paths]),

    // Floor: the flow of a picture.
    .target(
      name: "Mining",
      dependencies: [
        "Corpus", "Settings", "Annotations", "Raster", "Digest", "Durable", "Detection", paths,
      ]),

    // Floor: what is kept on disk, and pictures that are drawn.
    .target(name: "Corpus", dependencies: ["HDF5", "Digest", "Durable", "Detection", grdb, paths]),
    .target(
      name: "World", dependencies: ["Raster", "Detection", paths],
      swiftSettings: [optimizedForTests]),

    // Floor: the settings, and one wrapper for each C library.
    .target(name: "Settings", dependencies: ["Durable", "Detection", paths]),
    .target(
      name: "Annotations", dependencies: ["Durable", "Detection", "CExpat", "CMatio", paths]),
    .target(name: "Raster", dependencies: ["Detection", "COpenCV", "CLinux"]),
    .target(name: "Codecs", dependencies: ["Detection", "CCodecs"]),
    .target(name: "OpenCVDetector", dependencies: ["Detection", "COpenCVDetector"]),
    .target(name: "Sandbox", dependencies: ["CSeccomp"]),
    .target(name: "HDF5", dependencies: ["CHDF5", paths]),
    .target(name: "Inotify", dependencies: ["CInotifyTools", paths]),
    .target(name: "Systemd", dependencies: ["CSystemd", logging, paths]),
    .target(name: "Digest", dependencies: ["CNettle"]),

    // Floor: files that survive a power cut.
    // Debug builds, which tests start, can be told to die at a step.
    .target(
      name: "Durable", dependencies: ["CLinux", paths],
      swiftSettings: [.define("FAULT_POINTS", .when(configuration: .debug))]),

    // Floor: pure functions on numbers.
    .target(
      name: "Detection", dependencies: ["CKernels"],
      swiftSettings: [optimizedForTests]),

    // Floor: C and C++.
    .target(
      name: "CCodecs", dependencies: ["COpenCV"],
      cxxSettings: [.unsafeFlags(["-isystem", "/usr/include/opencv4", "-O2"])],
      linkerSettings: ["opencv_imgcodecs", "jpeg", "gif", "webpdemux", "heif"].map {
        .linkedLibrary($0)
      }),
    .target(
      name: "COpenCVDetector", dependencies: ["COpenCV"],
      cxxSettings: [.unsafeFlags(["-isystem", "/usr/include/opencv4", "-O2"])],
      linkerSettings: ["opencv_objdetect", "opencv_core"].map { .linkedLibrary($0) }),
    .target(
      name: "COpenCV",
      cxxSettings: [.unsafeFlags(["-isystem", "/usr/include/opencv4", "-O2"])],
      linkerSettings: ["opencv_imgproc", "opencv_core"].map { .linkedLibrary($0) }),
    .systemLibrary(name: "CExpat", pkgConfig: "expat", providers: [.apt(["libexpat1-dev"])]),
    .systemLibrary(name: "CHDF5", pkgConfig: "hdf5", providers: [.apt(["libhdf5-dev"])]),
    .systemLibrary(name: "CInotifyTools", providers: [.apt(["libinotifytools0-dev"])]),
    .systemLibrary(name: "CLinux"),
    .systemLibrary(name: "CMatio", pkgConfig: "matio", providers: [.apt(["libmatio-dev"])]),
    .systemLibrary(name: "CNettle", pkgConfig: "nettle", providers: [.apt(["nettle-dev"])]),
    .systemLibrary(
      name: "CSeccomp", pkgConfig: "libseccomp", providers: [.apt(["libseccomp-dev"])]),
    .systemLibrary(
      name: "CSystemd", pkgConfig: "libsystemd", providers: [.apt(["libsystemd-dev"])]),
    .target(
      name: "CPeers", cxxSettings: [.unsafeFlags(["-isystem", "/usr/include/opencv4", "-O2"])],
      linkerSettings: ["opencv_objdetect", "opencv_imgcodecs", "opencv_imgproc", "opencv_core"]
        .map { .linkedLibrary($0) }),
    .target(name: "CKernels", cSettings: [.unsafeFlags(["-O3"])]),

    // Tests, and what they share.
    .target(
      name: "TestSupport",
      dependencies: ["World", "Detection", "Durable", "CLinux", paths],
      path: "Tests/TestSupport"),
    .target(
      name: "Fuzzing",
      dependencies: ["Mining", "Settings", "Annotations", "Corpus", "Raster", "Detection", paths],
      path: "Tests/Fuzzing"),
    .testTarget(name: "ArchitectureTests", dependencies: ["TestSupport"]),
    .testTarget(name: "FuzzingTests", dependencies: ["Fuzzing"], exclude: ["Corpus"]),
    .testTarget(
      name: "DetectionTests",
      dependencies: ["Detection", "CKernels", "CPeers", "TestSupport", paths]),
    .testTarget(
      name: "OpenCVDetectorTests",
      dependencies: [
        "OpenCVDetector", "Mining", "Raster", "Detection", "CPeers", "TestSupport", paths,
      ]),
    .testTarget(name: "DigestTests", dependencies: ["Digest"]),
    .testTarget(name: "DurableTests", dependencies: ["Durable", "TestSupport", paths]),
    .testTarget(name: "HDF5Tests", dependencies: ["HDF5", "TestSupport", paths]),
    .executableTarget(
      name: "SandboxProbe", dependencies: ["Sandbox", "CLinux"], path: "Tests/SandboxProbe"),
    .testTarget(
      name: "RasterTests",
      dependencies: ["Raster", "Detection", "TestSupport", "SandboxProbe", "misfire-decode", paths]),
    .testTarget(
      name: "WorldTests", dependencies: ["World", "Raster", "Settings", "Detection", "TestSupport"]),
    .testTarget(name: "InotifyTests", dependencies: ["Inotify", "TestSupport", paths]),
    .testTarget(name: "SystemdTests", dependencies: ["Systemd", "TestSupport", logging, paths]),
    .testTarget(
      name: "SettingsTests", dependencies: ["Settings", "Detection", "TestSupport", paths]),
    .testTarget(
      name: "AnnotationsTests",
      dependencies: ["Annotations", "Raster", "World", "Detection", "TestSupport", paths]),
    .testTarget(
      name: "CorpusTests",
      dependencies: [
        "Corpus", "HDF5", "Durable", "Digest", "Detection", "TestSupport", grdb, paths,
      ]),
    .testTarget(name: "ReportTests", dependencies: ["Report"]),
    .testTarget(
      name: "MiningTests",
      dependencies: [
        "Mining", "Corpus", "World", "Settings", "Annotations", "Raster", "HDF5", "Digest",
        "Durable", "Detection", "TestSupport", paths,
      ]),
    .target(
      name: "Simulation",
      dependencies: ["Scheduling", "Mining", "Settings", "Inotify", "Systemd", "Detection", paths],
      path: "Tests/Simulation", exclude: ["PlantedBugs"],
      swiftSettings: [
        .unsafeFlags(["-O", "-enforce-exclusivity=unchecked"], .when(configuration: .debug))
      ]),
    .executableTarget(
      name: "simulate", dependencies: ["Simulation", argumentParser], path: "Tests/Simulate"),
    .testTarget(name: "SimulationTests", dependencies: ["Simulation"]),
    .testTarget(
      name: "SchedulingTests",
      dependencies: [
        "Scheduling", "Mining", "Corpus", "Settings", "Inotify", "Systemd", "Detection", paths,
      ]),
    .testTarget(
      name: "DaemonTests",
      dependencies: [
        "Daemon", "Scheduling", "Mining", "World", "Raster", "Inotify", "Durable", "Detection",
        "TestSupport", "misfire", "misfired", paths,
      ]),
    .testTarget(
      name: "CommandTests",
      dependencies: ["TestSupport", "misfire", "misfired", "misfire-decode", "draw-world", paths],
      exclude: ["FirstForm"]),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .c17,
  cxxLanguageStandard: .cxx17
)

// libFuzzer brings the main function, and the flags for it cannot be given to one target: `make fuzz`.
if Context.environment["MISFIRE_FUZZER"] != nil {
  package.targets.append(
    .executableTarget(name: "fuzzer", dependencies: ["Fuzzing"], path: "Tests/Fuzzer"))
}

for target in package.targets where target.type == .regular || target.type == .executable {
  target.swiftSettings =
    (target.swiftSettings ?? []) + [
      .enableUpcomingFeature("ExistentialAny"),
      .enableUpcomingFeature("InternalImportsByDefault"),
      .enableUpcomingFeature("MemberImportVisibility"),
      .strictMemorySafety(),
      .treatAllWarnings(as: .error),
    ]
}
