import SystemPackage
import Systemd
import Testing

@Suite struct `The sandbox of a unit` {
  /// What systemd 252 prints about the installed misfired.service.
  private static let installed = """
    LoadState=loaded
    ExecStart={ path=/usr/bin/misfired ; argv[]=/usr/bin/misfired --conf /etc/misfire/misfire.json ; ignore_errors=no ; pid=0 }
    User=misfire
    ProtectSystem=strict
    ProtectHome=yes
    PrivateTmp=yes
    ReadWritePaths=
    BindPaths=
    BindReadOnlyPaths=
    StateDirectory=misfire
    CacheDirectory=
    LogsDirectory=
    RuntimeDirectory=
    ConfigurationDirectory=misfire

    """

  /// - Parameter changes: other values for some properties.
  private func sandbox(_ changes: [String: String] = [:]) throws -> UnitSandbox {
    let lines = Self.installed.split(separator: "\n").map { line in
      let name = String(line.prefix { $0 != "=" })
      return changes[name].map { "\(name)=\($0)" } ?? String(line)
    }
    return try #require(UnitSandbox(lines.joined(separator: "\n")))
  }

  @Test func `is of a unit that is there`() throws {
    #expect(UnitSandbox("") == nil)
    #expect(UnitSandbox("LoadState=not-found\nUser=misfire\n") == nil)
    #expect(UnitSandbox("nonsense\n=\n") == nil)
    #expect(try sandbox().user == "misfire")
    #expect(try sandbox(["User": ""]).user == nil)
    #expect(try sandbox().reads("/etc/misfire/misfire.json"))
    #expect(try !sandbox().reads("/etc/misfire/trucks.json"))
  }

  @Test(arguments: [
    ("/var/lib/misfire/inbox", nil), ("/var/lib/misfire", nil),
    ("/var/lib/misfired", "ReadWritePaths=/var/lib/misfired"),
    ("/data/inbox", "ReadWritePaths=/data/inbox"),
    ("/home/ann/inbox", "ProtectHome=tmpfs and BindPaths=/home/ann/inbox"),
    ("/tmp/inbox", "PrivateTmp=no and ReadWritePaths=/tmp/inbox"),
  ])
  func `lets the service write to its own folders alone`(path: String, missing: String?) throws {
    #expect(try sandbox().missingToWrite(at: FilePath(path)) == missing)
  }

  @Test(arguments: [
    ("/data/scenes", nil), ("/home/ann/scenes", "ProtectHome=tmpfs and BindPaths=/home/ann/scenes"),
    ("/var/tmp/scenes", "PrivateTmp=no"), ("/usr/share/scenes", nil),
  ])
  func `lets the service read what is not hidden`(path: String, missing: String?) throws {
    #expect(try sandbox().missingToRead(FilePath(path)) == missing)
  }

  /// The examples in docs/operations.md.
  @Test(arguments: [
    (["ReadWritePaths": "/data/misfire"], "/data/misfire/inbox"),
    (["ReadWritePaths": "-/data/misfire /srv"], "/data/misfire/inbox"),
    (
      ["ProtectHome": "tmpfs", "BindPaths": "/home/ann/pictures:/home/ann/pictures:rbind"],
      "/home/ann/pictures/inbox"
    ),
    (["ProtectHome": "tmpfs", "BindPaths": "/home/ann/pictures"], "/home/ann/pictures/inbox"),
    (["PrivateTmp": "no", "ReadWritePaths": "/tmp/inbox"], "/tmp/inbox"),
    (["LogsDirectory": "misfire"], "/var/log/misfire"),
    (["ProtectSystem": "no", "ProtectHome": "no"], "/home/ann/inbox"),
    (["ProtectSystem": "full"], "/data/inbox"),
  ])
  func `is opened by a drop-in`(changes: [String: String], path: String) throws {
    #expect(try sandbox().missingToWrite(at: FilePath(path)) != nil)
    #expect(try sandbox(changes).missingToWrite(at: FilePath(path)) == nil)
  }

  @Test(arguments: [
    (["ProtectSystem": "full"], "/etc/inbox"), (["ProtectSystem": "yes"], "/usr/share/inbox"),
    (["ProtectHome": "read-only", "ProtectSystem": "no"], "/home/ann/inbox"),
    (["ProtectHome": "read-only", "BindReadOnlyPaths": "/home/ann/inbox"], "/home/ann/inbox"),
  ])
  func `is not opened by less`(changes: [String: String], path: String) throws {
    #expect(try sandbox(changes).missingToWrite(at: FilePath(path)) == "ReadWritePaths=\(path)")
  }
}
