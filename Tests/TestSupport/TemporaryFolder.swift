// swift-format-ignore-file: AmbiguousTrailingClosureOverload

import Foundation
package import SystemPackage

/// Runs `body` with a new folder that is removed afterwards.
package func withTemporaryFolder<Result>(_ body: (FilePath) async throws -> Result) async throws
  -> Result
{
  let folder = try makeFolder()
  defer { try? FileManager.default.removeItem(atPath: folder.string) }
  return try await body(folder)
}

/// The synchronous form.
package func withTemporaryFolder<Result>(_ body: (FilePath) throws -> Result) throws -> Result {
  let folder = try makeFolder()
  defer { try? FileManager.default.removeItem(atPath: folder.string) }
  return try body(folder)
}

private func makeFolder() throws -> FilePath {
  let folder = FileManager.default.temporaryDirectory.appending(
    component: "misfire-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  return FilePath(folder.path)
}
