internal import Files
package import SystemPackage

/// Finds the settings file if none is named.
package enum SettingsFile {
  /// The environment variable that names one.
  package static let variable = "MISFIRE_CONF"
  /// The service's.
  package static let ofService: FilePath = "/etc/misfire/misfire.json"
  /// Looked for in the working folder, in this order.
  package static let names = ["misfire.json", "cars.json"]

  /// For the help of commands.
  package static let search =
    "\(variable), then misfire.json or cars.json in the working folder, then \(ofService)"

  /// - Parameters:
  ///   - option: the value of `--conf`; it comes first.
  ///   - environment: `MISFIRE_CONF` of the environment.
  ///   - user: the current user. Another user's file in the working folder is skipped, because settings say which files are
  ///     written.
  /// - Returns: the settings file, and one that was skipped.
  package static func find(
    option: String?, environment: String?, user: UInt32
  ) -> (path: FilePath, skipped: FilePath?) {
    if let option { return (FilePath(option), nil) }
    if let environment, !environment.isEmpty { return (FilePath(environment), nil) }
    var skipped: FilePath?
    for name in names {
      let path = FilePath(name)
      guard let owners = owners(of: path) else { continue }
      if owners.allSatisfy({ $0 == user || $0 == 0 }) { return (path, skipped) }
      skipped = skipped ?? path
    }
    return (ofService, skipped)
  }

  /// The owners of the file and of the link that leads to it; nil if there is none.
  private static func owners(of path: FilePath) -> [UInt32]? {
    guard let file = path.status(following: true), let link = path.status(following: false) else {
      return nil
    }
    return [file.userID.rawValue, link.userID.rawValue]
  }
}
