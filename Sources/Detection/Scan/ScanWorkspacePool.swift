internal import Synchronization

/// Workspaces for all threads that scan at once, each made when first needed and kept.
package final class ScanWorkspacePool: Sendable {
  private let scanner: LayerScanner
  private let idle = Mutex<[ScanWorkspace]>([])

  package init(for scanner: LayerScanner) {
    self.scanner = scanner
  }

  /// Lends `body` a workspace that nobody else uses meanwhile.
  package func withWorkspace<Result>(_ body: (ScanWorkspace) -> Result) -> Result {
    let workspace = idle.withLock { $0.popLast() } ?? ScanWorkspace(for: scanner)
    defer { idle.withLock { $0.append(workspace) } }
    return body(workspace)
  }
}
