package import SystemPackage

/// Which paths a unit lets its service read and write, according to `systemctl show`.
///
/// - SeeAlso: systemd.exec(5).
package struct UnitSandbox: Sendable {
  /// The unit properties that this is read from.
  package static let properties = [
    "Id", "LoadState", "ExecStart", "User", "ProtectSystem", "ProtectHome", "PrivateTmp",
    "ReadWritePaths",
    "BindPaths", "BindReadOnlyPaths", "StateDirectory", "CacheDirectory", "LogsDirectory",
    "RuntimeDirectory", "ConfigurationDirectory",
  ]

  /// The unit's name.
  package let unit: String
  /// The user that the service runs as; nil for root.
  package let user: String?
  private let values: [Substring: Substring]

  /// - Parameter shown: the output of `systemctl show` for `properties`, one `Name=value` per line.
  /// - Returns: nil if there is no such unit.
  package init?(_ shown: String) {
    let pairs = shown.split(separator: "\n").compactMap { line -> (Substring, Substring)? in
      guard let equals = line.firstIndex(of: "=") else { return nil }
      return (line[..<equals], line[equals...].dropFirst())
    }
    values = Dictionary(pairs) { first, _ in first }
    guard values["LoadState"] == "loaded" else { return nil }
    unit = String(values["Id"] ?? "misfired.service")
    user = values["User"].flatMap { $0.isEmpty ? nil : String($0) }
  }

  /// Whether the unit starts its program with this settings file.
  package func reads(_ settings: FilePath) -> Bool {
    words("ExecStart").contains { FilePath($0) == settings }
  }

  /// What to add to the unit to let its service write to `path`; nil if it already can.
  /// - Parameter path: with all links resolved.
  package func missingToWrite(at path: FilePath) -> String? {
    let unseen = missingToRead(path)
    guard !isListed(path, in: ["ReadWritePaths", "BindPaths"]), !isWithin(path, ownFolders),
      unseen?.contains("BindPaths") != true
    else { return unseen }
    let isForbidden =
      switch values["ProtectSystem"] {
      case "strict": true
      case "full": isWithin(path, Self.system + ["/etc"])
      case "yes", "true": isWithin(path, Self.system)
      default: false
      }
    let isHomeForbidden = values["ProtectHome"] == "read-only" && isWithin(path, Self.homes)
    let unwritten = isForbidden || isHomeForbidden ? "ReadWritePaths=\(path)" : nil
    let missing = [unseen, unwritten].compactMap(\.self)
    return missing.isEmpty ? nil : missing.joined(separator: " and ")
  }

  /// What to add to the unit to let its service see `path`; nil if it already does.
  /// - Parameter path: with all links resolved.
  package func missingToRead(_ path: FilePath) -> String? {
    guard !isListed(path, in: ["BindPaths", "BindReadOnlyPaths"]) else { return nil }
    if ["yes", "tmpfs"].contains(values["ProtectHome"]), isWithin(path, Self.homes) {
      return "ProtectHome=tmpfs and BindPaths=\(path)"
    }
    if ["yes", "connected", "disconnected"].contains(values["PrivateTmp"]),
      isWithin(path, Self.temporary)
    {
      return "PrivateTmp=no"
    }
    return nil
  }

  private static let homes: [FilePath] = ["/home", "/root", "/run/user"]
  private static let temporary: [FilePath] = ["/tmp", "/var/tmp"]
  private static let system: [FilePath] = [
    "/usr", "/boot", "/efi", "/bin", "/sbin", "/lib", "/lib64",
  ]

  /// The folders that systemd creates for the service.
  private var ownFolders: [FilePath] {
    let roots: [(Substring, FilePath)] = [
      ("StateDirectory", "/var/lib"), ("CacheDirectory", "/var/cache"),
      ("LogsDirectory", "/var/log"),
      ("RuntimeDirectory", "/run"), ("ConfigurationDirectory", "/etc"),
    ]
    return roots.flatMap { name, root in words(name).map { root.pushing(FilePath($0)) } }
  }

  private func isWithin(_ path: FilePath, _ folders: [FilePath]) -> Bool {
    folders.contains { path.starts(with: $0) }
  }

  /// Whether a path is in a folder that these properties list, either plainly or as the target of
  /// `source:target:options`.
  private func isListed(_ path: FilePath, in properties: [Substring]) -> Bool {
    isWithin(
      path,
      properties.flatMap(words).map { word in
        let parts = word.split(separator: ":")
        let target = parts.count > 1 ? parts[1] : Substring(word)
        // `-` means: if it exists; `+`: below the unit's RootDirectory.
        return FilePath(String(target.drop { "-+".contains($0) }))
      })
  }

  private func words(_ property: Substring) -> [String] {
    (values[property] ?? "").split(separator: " ").map(String.init)
  }
}
