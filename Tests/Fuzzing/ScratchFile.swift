internal import Foundation
internal import SystemPackage

/// Runs `body` with a file in a folder of its own, in memory if the system allows it.
///
/// The folder stays until the process ends, because a fuzzer makes ten thousand calls a second.
func withScratchFile(_ bytes: [UInt8], named name: String, _ body: (FilePath) -> Void) {
  let file = scratchFolder.appending(name)
  do {
    try Data(bytes).write(to: URL(filePath: file.string))
    body(file)
    try FileManager.default.removeItem(atPath: file.string)
  } catch {
    fatalError("cannot write \(file): \(error)")
  }
}

private let scratchFolder: FilePath = {
  let memory = "/dev/shm"
  let parent =
    FileManager.default.isWritableFile(atPath: memory)
    ? URL(filePath: memory) : FileManager.default.temporaryDirectory
  let folder = parent.appending(component: "misfire-fuzz-\(UUID().uuidString)")
  do {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  } catch {
    fatalError("cannot make \(folder.path): \(error)")
  }
  return FilePath(folder.path)
}()
