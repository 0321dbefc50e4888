internal import Synchronization
internal import SystemPackage

/// Files that were moved away and have not been reported yet.
final class DisplacedModels: Sendable {
  private let paths = Mutex<[FilePath]>([])

  func add(_ path: FilePath) { paths.withLock { $0.append(path) } }

  func take() -> [FilePath] {
    paths.withLock { paths in
      defer { paths = [] }
      return paths
    }
  }
}
