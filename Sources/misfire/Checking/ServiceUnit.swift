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

/// Goes on as another user, with all groups that he is in; for root only, and for good.
func become(_ user: String) throws(CannotBecome) {
  guard let entry = unsafe getpwnam(user) else {
    throw CannotBecome(user: user, reason: "there is no such user")
  }
  let (userID, groupID) = unsafe (entry.pointee.pw_uid, entry.pointee.pw_gid)
  guard unsafe initgroups(user, groupID) == 0, setgid(groupID) == 0, setuid(userID) == 0 else {
    throw CannotBecome(user: user, reason: "\(Errno(rawValue: errno))")
  }
}

/// Root could not look as the service's user.
struct CannotBecome: Error, CustomStringConvertible {
  let user: String
  let reason: String

  var description: String {
    "cannot look as \(user), the user of misfired.service: \(reason)"
  }
}
