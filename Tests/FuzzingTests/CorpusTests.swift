import Foundation
import Fuzzing
import Testing

/// Every input worth keeping for the fuzzer: complete files of each kind, and files that once caused failures.
@Suite struct `The fuzzer's corpus` {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Corpus")

  @Test(arguments: FuzzedInput.allCases)
  func `is read to the end`(input: FuzzedInput) throws {
    let files = try FileManager.default.contentsOfDirectory(
      at: Self.folder.appending(path: input.rawValue), includingPropertiesForKeys: nil)
    #expect(!files.isEmpty)
    for file in files { input.read([UInt8](try Data(contentsOf: file))) }
  }

  @Test func `has a folder for each kind of input, and no other`() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
    #expect(Set(names) == Set(FuzzedInput.allCases.map(\.rawValue)))
  }
}
