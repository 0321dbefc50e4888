// swift-tools-version: 6.2
import PackageDescription

let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")
let flyingFox = Target.Dependency.product(name: "FlyingFox", package: "FlyingFox")
let flyingSocks = Target.Dependency.product(name: "FlyingSocks", package: "FlyingFox")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let lifecycle = Target.Dependency.product(
  name: "ServiceLifecycle", package: "swift-service-lifecycle")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let signals = Target.Dependency.product(
  name: "UnixSignals", package: "swift-service-lifecycle")
let paths = Target.Dependency.product(name: "SystemPackage", package: "swift-system")

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
    .package(url: "https://github.com/swhitty/FlyingFox", exact: "0.27.1"),
  ],
  targets: [
    // Floor: the commands.
    .executableTarget(
      name: "misfire",
      dependencies: [
        "Serving", "Report", "Sharding", "Verification", "Training", "Mining", "Detecting",
        "Evaluation",
        "Pictures", "Corpus", "Settings", "Annotations", "OpenCVDetector", "Inotify", "Systemd",
        "Durable", "Detection", "Files", "Text", argumentParser, paths,
      ]),
    .executableTarget(
      name: "misfired", dependencies: ["Daemon", "Settings", "CLinux", argumentParser, paths]),
    .executableTarget(
      name: "misfire-decode", dependencies: ["Raster", "Codecs", "Sandbox", "Detection"]),
    .executableTarget(
      name: "misfire-bench",
      dependencies: [
        "Training", "Mining", "Detecting", "Evaluation", "Pictures", "Corpus", "World", "Settings",
        "Raster", "Codecs", "Digest", "Detection", "CPeers", argumentParser, paths,
      ]),
    .executableTarget(name: "draw-world", dependencies: ["World", argumentParser, paths]),

    // Floor: the service, and its pages.
    .target(
      name: "Daemon",
      dependencies: [
        "Scheduling", "Report", "Training", "Mining", "Detecting", "Evaluation", "Pictures",
        "Inbox", "Corpus", "Settings", "Annotations", "Raster", "HDF5", "Inotify", "Systemd",
        "Durable", "Detection", "Files", "Text", "CLinux", lifecycle, logging, signals, paths,
      ]),
    .target(
      name: "Scheduling",
      dependencies: [
        "Training", "Mining", "Inbox", "Corpus", "Settings", "Inotify", "Systemd", "Files", "Text",
        paths,
      ]),
    .target(
      name: "Serving",
      dependencies: [
        "Report", "Training", "Mining", "Pictures", "Corpus", "Settings", "Annotations", "Digest",
        "Detection", "Files", "Text", flyingFox, flyingSocks, paths,
      ]),
    .target(
      name: "Report",
      dependencies: [
        "Training", "Mining", "Detecting", "Evaluation", "Pictures", "Corpus", "Settings", "Digest",
        "Durable", "Detection", "Files", "Text", paths,
      ]),

    // Floor: what is done to a picture, to rows and to a model.
    .target(
      name: "Sharding",
      dependencies: [
        "Mining", "Detecting", "Evaluation", "Pictures", "Corpus", "Settings", "Digest",
        "Durable", "Detection", "Files", "Text", paths,
      ]),
    .target(
      name: "Verification",
      dependencies: [
        "Mining", "Detecting", "Pictures", "Corpus", "Settings", "Digest", "Detection", "Files",
        "Text", paths,
      ]),
    .target(
      name: "Training",
      dependencies: [
        "Mining", "Detecting", "Evaluation", "Pictures", "Inbox", "Corpus", "Settings",
        "Annotations", "Digest", "Durable", "Detection", "Files", "Text", paths,
      ]),
    .target(
      name: "Mining",
      dependencies: [
        "Detecting", "Evaluation", "Pictures", "Corpus", "Settings", "Annotations", "Raster",
        "Digest", "Durable", "Detection", "Files", "Text", paths,
      ]),
    .target(
      name: "Detecting",
      dependencies: [
        "Evaluation", "Pictures", "Corpus", "Settings", "Raster", "Digest", "Durable",
        "Detection", "Files", paths,
      ]),
    .target(
      name: "Evaluation",
      dependencies: [
        "Pictures", "Corpus", "Settings", "Annotations", "Digest", "Detection", "Files", "Text",
        paths,
      ]),
    .target(
      name: "Pictures",
      dependencies: [
        "Inbox", "Settings", "Annotations", "Raster", "Digest", "Durable", "Detection", "Files",
        "Text", paths,
      ]),
    .target(name: "Inbox", dependencies: ["Files", paths]),

    // Floor: what is kept on disk, and pictures that are drawn.
    .target(
      name: "Corpus",
      dependencies: ["HDF5", "Digest", "Durable", "Detection", "Files", "Text", grdb, paths],
      swiftSettings: [.define("FAULT_POINTS", .when(configuration: .debug))]),
    .target(name: "World", dependencies: ["Raster", "Detection", paths]),

    // Floor: the settings, and one wrapper for each C library.
    .target(name: "Settings", dependencies: ["Detection", "Files", paths]),
    .target(
      name: "Annotations",
      dependencies: ["Durable", "Detection", "Files", "CExpat", "CMatio", paths]),
    .target(name: "Raster", dependencies: ["Detection", "Files", "COpenCV", "CLinux", paths]),
    .target(name: "Codecs", dependencies: ["Detection", "CCodecs"]),
    .target(name: "OpenCVDetector", dependencies: ["Detection", "COpenCVDetector"]),
    .target(name: "Sandbox", dependencies: ["CSeccomp"]),
    .target(name: "HDF5", dependencies: ["Files", "CHDF5", paths]),
    .target(name: "Inotify", dependencies: ["CInotifyTools", paths]),
    .target(name: "Systemd", dependencies: ["CSystemd", logging, paths]),
    .target(name: "Digest", dependencies: ["CNettle"]),

    // Floor: files that survive a power cut.
    // Debug builds, which tests start, can be told to die at a step.
    .target(
      name: "Durable", dependencies: ["Files", "CLinux", paths],
      swiftSettings: [.define("FAULT_POINTS", .when(configuration: .debug))]),

    // Floor: pure functions on numbers.
    .target(name: "Detection", dependencies: ["Text", "CKernels"]),

    // Ground floor: what lies where on a disk, and how numbers and names are written.
    .target(name: "Files", dependencies: ["CLinux", paths]),
    .target(name: "Text"),

    // Floor: C and C++.
    .target(
      name: "CCodecs", dependencies: ["COpenCV"],
      cxxSettings: [.unsafeFlags(["-isystem", "/usr/include/opencv4", "-O2"])],
      linkerSettings: ["opencv_imgcodecs", "jpeg", "gif", "webpdemux", "heif"].map {
        .linkedLibrary($0)
      }
        // For libraries that are loaded later, as libheif's plugins are; see one_thread.cpp.
        + ["sched_getaffinity", "pthread_getaffinity_np", "de265_start_worker_threads"].map {
          .unsafeFlags(["-Xlinker", "--export-dynamic-symbol=\($0)"])
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
      dependencies: ["World", "Durable", "Detection", "CLinux", paths],
      path: "Tests/TestSupport"),
    .target(
      name: "Fuzzing",
      dependencies: [
        "Training", "Evaluation", "Corpus", "Settings", "Annotations", "Raster", "Detection",
        paths,
      ],
      path: "Tests/Fuzzing"),
    .testTarget(name: "ArchitectureTests", dependencies: ["TestSupport"]),
    .testTarget(name: "FuzzingTests", dependencies: ["Fuzzing"], exclude: ["Corpus"]),
    .testTarget(name: "TextTests", dependencies: ["Text", "TestSupport"]),
    .testTarget(
      name: "DetectionTests",
      dependencies: ["Detection", "CPeers", "CKernels", "TestSupport", paths]),
    .testTarget(
      name: "OpenCVDetectorTests",
      dependencies: [
        "Detecting", "Raster", "OpenCVDetector", "Detection", "CPeers", "TestSupport", paths,
      ]),
    .testTarget(name: "DigestTests", dependencies: ["Digest"]),
    .testTarget(name: "DurableTests", dependencies: ["Durable", "TestSupport", paths]),
    .testTarget(name: "HDF5Tests", dependencies: ["HDF5", "TestSupport", paths]),
    .executableTarget(
      name: "SandboxProbe", dependencies: ["Sandbox", "CLinux"], path: "Tests/SandboxProbe"),
    .testTarget(
      name: "RasterTests",
      dependencies: [
        "misfire-decode", "Raster", "Detection", "TestSupport", "SandboxProbe", paths,
      ]),
    .testTarget(
      name: "WorldTests",
      dependencies: ["World", "Settings", "Raster", "Detection", "TestSupport"]),
    .testTarget(name: "InotifyTests", dependencies: ["Inotify", "TestSupport", paths]),
    .testTarget(name: "SystemdTests", dependencies: ["Systemd", "TestSupport", logging, paths]),
    .testTarget(
      name: "SettingsTests", dependencies: ["Settings", "Detection", "TestSupport", paths]),
    .testTarget(
      name: "AnnotationsTests",
      dependencies: ["World", "Annotations", "Raster", "Detection", "TestSupport", paths]),
    .testTarget(
      name: "CorpusTests",
      dependencies: [
        "Corpus", "HDF5", "Digest", "Durable", "Detection", "TestSupport", grdb, paths,
      ]),
    .testTarget(name: "ReportTests", dependencies: ["Report"]),
    .testTarget(
      name: "ServingTests",
      dependencies: [
        "misfire", "misfired", "misfire-decode", "Serving", "Durable", "TestSupport", paths,
      ]),
    .target(
      name: "MiningSupport",
      dependencies: [
        "Verification", "Training", "Mining", "Detecting", "Evaluation", "Pictures", "Corpus",
        "World", "Settings", "Detection", "TestSupport", paths,
      ],
      path: "Tests/MiningSupport"),
    .testTarget(
      name: "InboxTests",
      dependencies: [
        "Inbox", "Files", "TestSupport", paths,
      ]),
    .testTarget(
      name: "PicturesTests",
      dependencies: [
        "Mining", "Pictures", "Settings", "Detection", "Files", "TestSupport", paths,
      ]),
    .testTarget(
      name: "EvaluationTests",
      dependencies: [
        "Mining", "Evaluation", "Pictures", "Inbox", "Corpus", "World", "Settings", "Annotations",
        "Raster", "Detection", "Files", "MiningSupport", "TestSupport", paths,
      ]),
    .testTarget(
      name: "DetectingTests",
      dependencies: [
        "Training", "Mining", "Detecting", "Evaluation", "Pictures", "Inbox", "Corpus", "World",
        "Settings", "Raster", "Detection", "Files", "MiningSupport", "TestSupport", paths,
      ]),
    .testTarget(
      name: "MiningTests",
      dependencies: [
        "Verification", "Training", "Mining", "Detecting", "Pictures", "Inbox", "Corpus", "World",
        "Settings", "Raster", "Durable", "Detection", "Files", "MiningSupport", "TestSupport",
        paths,
      ]),
    .testTarget(
      name: "TrainingTests",
      dependencies: [
        "Training", "Mining", "Detecting", "Evaluation", "Inbox", "Corpus", "World", "Settings",
        "HDF5", "Detection", "Files", "Text", "MiningSupport", "TestSupport", paths,
      ]),
    .testTarget(
      name: "VerificationTests",
      dependencies: [
        "Verification", "Training", "Mining", "Inbox", "Corpus", "World", "Settings", "Digest",
        "Durable", "Detection", "MiningSupport", "TestSupport", paths,
      ]),
    .testTarget(
      name: "ShardingTests",
      dependencies: [
        "misfire", "misfired", "misfire-decode", "Sharding", "Mining", "Inbox", "Corpus", "World",
        "Settings",
        "HDF5", "Digest", "Detection", "TestSupport", paths,
      ]),
    .target(
      name: "Simulation",
      dependencies: [
        "Scheduling", "Training", "Mining", "Inbox", "Corpus", "Settings", "Inotify", "Systemd",
        "Detection", "Files", paths,
      ],
      path: "Tests/Simulation", exclude: ["PlantedBugs"],
      swiftSettings: [
        .unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .debug))
      ]),
    .executableTarget(
      name: "simulate", dependencies: ["Simulation", argumentParser], path: "Tests/Simulate"),
    .testTarget(name: "SimulationTests", dependencies: ["Simulation"]),
    .testTarget(
      name: "SchedulingTests",
      dependencies: [
        "Scheduling", "Training", "Mining", "Inbox", "Corpus", "Settings", "Inotify", "Systemd",
        "Detection", "Files", paths,
      ]),
    .testTarget(
      name: "DaemonTests",
      dependencies: [
        "misfire", "misfired", "Daemon", "Scheduling", "Training", "Mining", "Pictures", "Inbox",
        "Corpus", "Files",
        "World", "Settings", "Annotations", "Raster", "HDF5", "Inotify", "Durable", "Detection",
        "TestSupport", paths,
      ]),
    .testTarget(
      name: "CommandTests",
      dependencies: ["misfire", "misfired", "misfire-decode", "draw-world", "TestSupport", paths],
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
      // Who builds for release need be no developer, and may have a newer compiler or library with more to warn of.
      .treatAllWarnings(as: .error, .when(configuration: .debug)),
    ]
}
