internal import Files
internal import Foundation
internal import SystemPackage
internal import Systemd

/// misfired.service, or the instance of misfired@.service for these settings, if systemd runs and it is installed.
enum ServiceUnit {
  /// The sandbox of the unit that reads these settings; nil if there is none.
  static func sandbox(reading settings: FilePath) -> UnitSandbox? {
    guard FileManager.default.fileExists(atPath: "/run/systemd/system") else { return nil }
    let path = settings.absolute
    let units = ["misfired.service", "misfired@\(settings.stem ?? "").service"]
    return units.lazy.compactMap { show($0).flatMap { UnitSandbox($0) } }.first { $0.reads(path) }
  }

  /// Nil if systemd cannot be asked.
  private static func show(_ unit: String) -> String? {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments =
      ["systemctl", "show", unit] + UnitSandbox.properties.map { "--property=\($0)" }
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
