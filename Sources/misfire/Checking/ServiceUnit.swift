internal import Foundation
internal import SystemPackage
internal import Systemd

/// misfired.service, where systemd runs and it is installed.
enum ServiceUnit {
  private static let name = "misfired.service"

  /// The sandbox of the unit; nil where there is none, or where it reads other settings than these.
  static func sandbox(reading settings: FilePath) -> UnitSandbox? {
    guard FileManager.default.fileExists(atPath: "/run/systemd/system"), let shown = show() else {
      return nil
    }
    let folder = FilePath(FileManager.default.currentDirectoryPath)
    let path = folder.pushing(settings).lexicallyNormalized()
    return UnitSandbox(shown).flatMap { $0.reads(path) ? $0 : nil }
  }

  /// Nil where systemd cannot be asked.
  private static func show() -> String? {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments =
      ["systemctl", "show", name] + UnitSandbox.properties.map { "--property=\($0)" }
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    do {
      try process.run()
      let shown = try output.fileHandleForReading.readToEnd() ?? Data()
      process.waitUntilExit()
      return process.terminationStatus == 0 ? String(decoding: shown, as: UTF8.self) : nil
    } catch {
      return nil
    }
  }
}
