internal import Files
internal import Glibc
package import SystemPackage

/// Finds the settings file if the command line does not name one.
package enum SettingsFile {
  /// The environment variable that can name the settings file.
  package static let variable = "MISFIRE_CONF"
  /// The service's settings file.
  package static let ofService: FilePath = "/etc/misfire/misfire.json"
  /// The names tried in the working folder, in this order.
  package static let names = ["misfire.json", "cars.json"]

  /// The search order, for the help of commands.
  package static let search =
    "\(variable), then misfire.json or cars.json in the working folder, then \(ofService)"

  /// Finds it for this process.
  /// - Parameter option: the value of `--conf`, nil without.
  package static func find(option: String?) -> (path: FilePath, skipped: FilePath?) {
    find(
      option: option.map { FilePath.argument($0) }, environment: .environment(variable),
      user: geteuid())
  }

  /// - Parameters:
  ///   - option: the value of `--conf`, which takes precedence.
  ///   - environment: the value of the variable `MISFIRE_CONF`.
  ///   - user: the current user's id. Another user's file in the working folder is skipped, because settings
  ///     determine which files are written.
  /// - Returns: the settings file, and the file that was skipped, if any.
  package static func find(
    option: FilePath?, environment: FilePath?, user: UInt32
  ) -> (path: FilePath, skipped: FilePath?) {
    if let named = option ?? environment { return (named, nil) }
    var skipped: FilePath?
    for name in names {
      let path = FilePath(name)
      guard let owners = owners(of: path) else { continue }
      if owners.allSatisfy({ $0 == user || $0 == 0 }) { return (path, skipped) }
      skipped = skipped ?? path
    }
    return (ofService, skipped)
  }

  /// Throws if the search ended at a file that does not exist.
  /// - Parameter folder: the working folder, for the message.
  package static func require(found path: FilePath, in folder: FilePath) throws(SettingsError) {
    guard path == ofService, !path.exists else { return }
    throw SettingsError(
      path: path,
      message: """
        this file does not exist, nor does \(names.joined(separator: " or ")) in \(folder); \
        `misfire init` asks for your pictures and writes one, and --conf names one elsewhere
        """)
  }

  /// The owners of the file and of the link that leads to it; nil if there is no file.
  private static func owners(of path: FilePath) -> [UInt32]? {
    guard let file = path.status(following: true), let link = path.status(following: false) else {
      return nil
    }
    return [file.userID.rawValue, link.userID.rawValue]
  }
}
