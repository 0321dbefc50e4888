import Foundation
import SystemPackage
import TestSupport
import Testing

@Suite struct `misfire quarantine` {
  /// A shell's `*` names the reasons, too, and they were moved like pictures.
  @Test func `gives back pictures for another try, and no reasons`() throws {
    try withSite { site in
      let names = ["a.jpg", "a.jpg.reason.txt", "b.jpg", "b.jpg.reason.txt"]
      try FileManager.default.createDirectory(
        atPath: site.folder.appending("quarantine").string, withIntermediateDirectories: true)
      for name in names { try site.write("no".utf8, to: "quarantine/\(name)") }
      let result = try site.misfire("retry", names)
      #expect(result.status == 0, "\(result)")
      #expect(try site.names(in: "inbox") == ["a.jpg", "b.jpg"])
      #expect(try site.names(in: "quarantine").isEmpty)
    }
  }

  @Test func `removes the reason of a picture that is gone, and no other text`() async throws {
    try await withSite { site in
      let daemon = try DaemonProcess(conf: site.conf)
      try site.write("no picture".utf8, to: "inbox/bad.jpg")
      _ = await daemon.line("quarantined bad.jpg")
      #expect(await daemon.stop() == 0)
      try site.write("mine".utf8, to: "quarantine/notes.reason.txt")
      try FileManager.default.removeItem(
        atPath: site.folder.appending("quarantine/bad.jpg").string)
      try site.succeed("quarantine", "prune", "--older-than", "30", "--dry-run")
      #expect(try site.names(in: "quarantine") == ["bad.jpg.reason.txt", "notes.reason.txt"])
      try site.succeed("quarantine", "prune", "--older-than", "30")
      #expect(try site.names(in: "quarantine") == ["notes.reason.txt"])
    }
  }

  @Test func `lists what is there, and removes what is old, with its reason`() throws {
    try withSite { site in
      let folder = site.folder.appending("quarantine")
      try FileManager.default.createDirectory(
        atPath: folder.string, withIntermediateDirectories: true)
      for (name, days) in [("old", 40.0), ("new", 2)] {
        try site.write(Array(repeating: 7, count: 1_500), to: "quarantine/\(name).jpg")
        try site.write("it is text\nand so on\n".utf8, to: "quarantine/\(name).jpg.reason.txt")
        try FileManager.default.setAttributes(
          [.modificationDate: Date(timeIntervalSinceNow: -86_400 * days - 60)],
          ofItemAtPath: folder.appending("\(name).jpg.reason.txt").string)
      }
      try site.write("mine".utf8, to: "quarantine/others.jpg")
      #expect(
        try site.misfire("quarantine").output == """
          2 d  1,500 B  new.jpg  it is text
          40 d  1,500 B  old.jpg  it is text
          0 d  4 B  others.jpg  no reason is recorded

          """)
      let listed = try site.misfire("quarantine", ["--json"]).objects()
      #expect(listed.map { $0["days"] as? Int } == [2, 40, 0])
      #expect(listed[0]["reason"] as? String == "it is text\nand so on")

      func prune(_ arguments: String...) throws -> String {
        let result = try Command.run(
          "misfire", ["quarantine", "prune", "--conf", site.conf.string] + arguments)
        return "\(result.status): \(result.output)"
      }
      #expect(try prune().hasPrefix("64: "))
      #expect(
        try prune("--older-than", "\(Int.max)", "--dry-run").hasPrefix("0: would remove 0"))
      #expect(
        try prune("--older-than", "30", "--dry-run")
          == "0: would remove 1 picture of 1,500 bytes; 1 stay in quarantine\n")
      #expect(try site.names(in: "quarantine").count == 5)
      #expect(
        try prune("--older-than", "30")
          == "0: removed 1 picture of 1,500 bytes; 1 stay in quarantine\n")
      #expect(
        try site.names(in: "quarantine") == ["new.jpg", "new.jpg.reason.txt", "others.jpg"])
      #expect(try prune("--all").hasPrefix("0: removed 1 picture"))
      #expect(try site.names(in: "quarantine") == ["others.jpg"])
    }
  }
}
