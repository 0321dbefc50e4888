import Foundation
import SystemPackage
import TestSupport
import Testing

/// What root does beside a service that runs as another user, and the files that root left there.
@Suite(.enabled(if: geteuid() == 0, "only root can be another user"))
struct `Root's commands` {
  /// In a folder that only root can write to, the owner cannot create files, and so root's commands cannot either.
  @Test func `act as the owner of the ledger's folder`() throws {
    try withSite { site in
      try site.giveToNobody()
      let closed = site.folder.appending("closed").string
      try FileManager.default.createDirectory(
        atPath: closed, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o755])
      let told = try site.misfire("report", ["--output", closed + "/report.html"])
      #expect(told.status == 1)
      #expect(
        told.errors.contains("\(closed) belongs to root, not to nobody"),
        "\(told.errors)")
      #expect(told.errors.contains("root's command acted as nobody, who owns the stored data"))
    }
  }

  @Test func `name the ledger's file and owner where another's is in the way`() throws {
    try withSite { site in
      try site.giveToNobody()
      let ledger = site.folder.appending("output/state.sqlite").string
      #expect(chown(ledger, 0, 0) == 0 && chmod(ledger, 0o600) == 0)
      for command in ["status", "train", "models"] {
        let told = try site.misfire(command)
        #expect(told.status == 1)
        #expect(
          told.errors.contains(
            "\(ledger) belongs to root, not to nobody: `chown nobody: \(ledger)`"),
          "\(command): \(told.errors)")
      }
    }
  }

  /// Before the service has started, its folder does not exist yet.
  @Test func `act as the owner of the folder in which the ledger's is made`() throws {
    try withSite { site in
      try site.giveToNobody()
      let output = site.folder.appending("output").string
      try FileManager.default.removeItem(atPath: output)
      #expect(try site.misfire("extract").status == 0)
      let owner = try FileManager.default.attributesOfItem(atPath: output)[.ownerAccountID]
      #expect((owner as? NSNumber)?.intValue == 65534)
    }
  }
}
