internal import Synchronization
internal import SystemPackage

/// Files that were moved out of the way and of which nobody has been told yet.
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
