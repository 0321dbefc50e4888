import Foundation
import SystemPackage
import TestSupport
import Testing

/// Names that are not UTF-8, as old disks and archives have them.
@Suite struct `Names that are no text` {
  /// What was written there went into another folder, whose name had a replacement character.
  @Test func `may lead to a whole detector`() throws {
    try withSite { site in
      let script = """
        set -e
        cp -a site "$(printf 'caf\\351')"
        cd "$(printf 'caf\\351')"
        misfire extract --conf world.json
        misfire train --conf "$PWD/world.json"
        MISFIRE_CONF="$PWD/world.json" misfire mine drops/*
        misfire report --conf=world.json --output "$PWD/page.html"
        misfire evaluate --conf world.json --negatives "$PWD/drops" > /dev/null
        misfire verify --conf world.json
        ls page.html
        cd .. && ls | wc -l
        """
      let result = try run(script, in: site.folder.removingLastComponent())
      #expect(result.status == 0, "\(result)")
      #expect(result.output.hasSuffix("all is well\npage.html\n2\n"), "\(result)")
    }
  }

  @Test func `are found in quarantine`() throws {
    try withSite { site in
      let script = """
        set -e
        mkdir -p quarantine
        echo no > "$(printf 'quarantine/\\351.jpg')"
        misfire retry --conf world.json "$(printf '\\351.jpg')"
        [ -e "$(printf 'inbox/\\351.jpg')" ]
        """
      let result = try run(script, in: site.folder)
      #expect(result.status == 0, "\(result)")
    }
  }

  /// Runs a script that finds the commands by their names.
  private func run(_ script: String, in folder: FilePath) throws -> Command.Result {
    try Command.run(
      "/bin/sh", ["-c", script], in: folder.string,
      environment: [
        "PATH": "\(Command.folder.path):\(ProcessInfo.processInfo.environment["PATH"] ?? "")"
      ])
  }

  /// A terminal obeys them.
  @Test func `reach no terminal as control characters`() throws {
    try withSite { site in
      let output = try Python.run(
        """
        import os, pty, shutil, sys
        misfire, conf, drops, picture = sys.argv[1:]
        shutil.copy(drops + "/" + picture, drops + "/a\\x1b[31mred.jpg")
        os.chdir(drops)
        pty.spawn([misfire, "detect", "--conf", conf, "a\\x1b[31mred.jpg"])
        pty.spawn([misfire, "detect", "--conf", conf, "none\\x1b[31mred.jpg"])
        pty.spawn([misfire, "none\\x1b[31mred"])
        """,
        [
          Command.folder.appending(path: "misfire").path, site.conf.string, site.drops.string,
          site.pictures[0],
        ])
      #expect(output.contains("red.jpg"), "\(output)")
      #expect(!output.contains("\u{1B}"), "\(output)")
    }
  }
}
