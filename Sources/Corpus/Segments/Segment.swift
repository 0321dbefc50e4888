internal import Durable
internal import Files
internal import Glibc
internal import HDF5
package import SystemPackage

/// A file with some of the rows of a large feature file. It is written once, and never changed.
struct Segment: Hashable, Sendable {
  /// Relative to the folder of the feature file.
  let file: FilePath
  /// How many of its rows count: all that it has.
  let rowCount: Int
}

/// The sizes that decide when a feature file is kept in segments, and how these are merged.
package struct SegmentLimits: Sendable, Hashable {
  /// Up to this many bytes a feature file is plain.
  package var plainBytes = 64 << 20
  /// While shards are merged, fewer bytes than this wait for a seal.
  package var mergedBytes = 256 << 20
  /// For merging, segments below this many bytes count as of similar size.
  package var leastBytes = 256 << 10
  /// At most this many segments; if there are more, the smallest are merged, whatever their sizes.
  package var count = 16
  /// How long merged files stay for readers that opened the feature file before the merge.
  package var grace = Duration.seconds(3_600)

  package init() {}

  /// The defaults; in debug builds, tests may set MISFIRE_PLAIN_BYTES in the environment.
  package static let standard: SegmentLimits = {
    var limits = SegmentLimits()
    #if FAULT_POINTS
      if let bytes = unsafe getenv("MISFIRE_PLAIN_BYTES").flatMap({
        unsafe Int(String(cString: $0))
      }) {
        limits.plainBytes = bytes
        limits.mergedBytes = bytes
        limits.grace = .zero
      }
    #endif
    return limits
  }()
}

extension FeatureFile {
  /// The file that is replaced, if `path` is a link to it.
  var place: FilePath { path.withLinkFollowed }

  /// Where the segments are, relative to the feature file's folder.
  private var segmentFolderName: FilePath {
    FilePath(root: nil, [place.sibling(".segments").lastComponent!])
  }

  var segmentFolder: FilePath { place.folder.pushing(segmentFolderName) }

  /// Whether the file at this path is the feature file or one of its segments.
  package func consists(of path: FilePath) -> Bool {
    path == self.path || path.folder == segmentFolder
  }

  /// How many segments the hard negatives are in; 0 for a plain file.
  package func segmentCount() throws -> Int { try layout()?.hardNegatives.count ?? 0 }

  func path(of segment: Segment) -> FilePath { path(of: segment.file) }

  func path(of file: FilePath) -> FilePath { place.folder.pushing(file) }

  /// The numbers of the existing segments, whatever refers to them.
  func segmentNumbers() throws -> [Int: FolderEntry] {
    guard segmentFolder.isFolder else { return [:] }
    let files = try listFolder(segmentFolder).filter { $0.kind == .file }
    return Dictionary(
      files.compactMap { file in Self.number(of: file.path).map { ($0, file) } },
      uniquingKeysWith: { one, _ in one })
  }

  /// - Returns: nil also for more digits than any segment will have.
  private static func number(of path: FilePath) -> Int? {
    guard path.extension == "hdf5", let stem = path.stem, stem.count <= 18,
      stem.allSatisfy(\.isNumber)
    else { return nil }
    return Int(stem)
  }

  /// A name that no segment has or will have, not even one that the file names and that is lost.
  func newSegmentFile() throws -> FilePath {
    try Durable.createFolder(segmentFolder)
    let drafts = try listFolder(segmentFolder).map(\.path).filter {
      $0.extension == FilePath.draftExtension
    }
    let others = try namedSegments().union(drafts.map { $0.removingExtension() })
      .compactMap { Self.number(of: $0) }
    let digits = "\((try others + segmentNumbers().keys).max().map { $0 + 1 } ?? 1)"
    let name = String(repeating: "0", count: max(0, 6 - digits.count)) + digits
    return segmentFolderName.appending("\(name).hdf5")
  }

  /// Every segment that the file names, whether it exists or not.
  func namedSegments() throws -> Set<FilePath> {
    guard path.fileSize != nil else { return [] }
    let file = try HDF5File(reading: path)
    return Set(
      try Name.datasets.flatMap { name in
        try segments(of: name, in: file)?.map { self.path(of: $0) } ?? []
      })
  }

  /// The segments that the rows of a dataset are in; nil if they are in the feature file itself, or do not exist.
  func segments(of name: String, in file: borrowing HDF5File) throws -> [Segment]? {
    guard try file.contains(name) else { return nil }
    return try file.dataset(name).sources()?.map {
      Segment(file: $0.file, rowCount: $0.rowCount)
    }
  }
}

extension FilePath {
  fileprivate func removingExtension() -> FilePath {
    var path = self
    path.extension = nil
    return path
  }
}

extension OwnFile {
  /// A segment, which never replaces another.
  static let newSegment = OwnFile.new(orElse: "run it again")
}
