import Foundation
import SystemPackage
import TestSupport
import Testing

/// Programs that put pictures into the inbox, each in its own way, run as real processes.
@Suite(.timeLimit(.minutes(5))) struct `Writers` {
  /// A shell script that puts the picture `$1` into the inbox `$2` under the name `$3`.
  private struct Writer: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let program: String?
    let script: String

    init(_ description: String, _ script: String, needs program: String? = nil) {
      testDescription = description
      self.script = script
      self.program = program
    }

    var isHere: Bool {
      program.map { FileManager.default.isExecutableFile(atPath: "/usr/bin/\($0)") } ?? true
    }
  }

  /// Stands in for a remote shell: what `scp` would start on the other machine runs on this one.
  private static let remoteShell = """
    printf '#!/bin/sh\\nwhile [ "$1" != -- ]; do shift; done\\nshift 2\\nexec sh -c "$*"\\n' > "$1.ssh"
    chmod +x "$1.ssh"
    """

  private static let writers = [
    Writer("cp", #"cp "$1" "$2/$3""#),
    Writer(
      "vim", #"cd "$2" && vim -N -u NONE -b -es -c "silent w! $3" -c "silent w! $3" -c "qa!" "$1""#,
      needs: "vim"),
    Writer("cp --reflink", #"cp --reflink=auto "$1" "$2/$3""#),
    Writer("mv", #"cp "$1" "$2/../$3"; mv "$2/../$3" "$2/$3""#),
    Writer("ln", #"ln "$1" "$2/$3""#),
    Writer(
      "appending, a kilobyte each time it opens the file",
      #"split --bytes=1024 --filter="cat >> '$2/$3'" "$1""#),
    Writer("writing bit by bit", #"dd if="$1" of="$2/$3" bs=512 oflag=sync status=none"#),
    Writer(
      "writing half, then everything anew",
      #"{ head --bytes=2000 "$1"; truncate --size=0 "$2/$3"; cat "$1"; } >> "$2/$3""#),
    Writer(
      "writing out of order",
      #"""
      dd if="$1" of="$2/$3" bs=1024 skip=1 seek=1 status=none
      dd if="$1" of="$2/$3" bs=1024 count=1 conv=notrunc status=none
      """#),
    Writer("a browser", #": > "$2/$3"; cp "$1" "$2/k3x9.part"; mv "$2/k3x9.part" "$2/$3""#),
    Writer("another browser", #"cp "$1" "$2/1.crdownload"; mv "$2/1.crdownload" "$2/$3""#),
    Writer("curl", #"curl --silent --output "$2/$3" "file://$1""#, needs: "curl"),
    Writer("rsync", #"rsync --archive "$1" "$2/$3""#, needs: "rsync"),
    Writer("rsync --inplace", #"rsync --archive --inplace "$1" "$2/$3""#, needs: "rsync"),
    Writer(
      "scp", remoteShell + "\n" + #"scp -q -O -S "$1.ssh" "$1" there:"$2/$3""#, needs: "scp"),
    Writer("an editor that looks what it may do", #": > "$2/4913"; rm "$2/4913"; cp "$1" "$2/$3""#),
  ]

  @Test func `give each picture once, as it was when they had finished`() async throws {
    try await withSite(["hn_retrain_threshold": "1000000"]) { site in
      let daemon = try DaemonProcess(conf: site.conf)
      #expect(await daemon.line("watching") != nil)
      let writers = Self.writers.filter(\.isHere)
      for (writer, picture) in zip(writers, site.pictures) {
        let source = site.drops.appending(picture)
        let written = try Command.run(
          "/usr/bin/env",
          ["bash", "-ec", writer.script, "bash", source.string, site.inbox.string, picture])
        #expect(written.status == 0, "\(writer): \(written.errors)")
        let line = await daemon.line("info mined \(picture)", "quarantined")
        #expect(line?.contains("info mined") == true, "\(writer): \(line ?? "the daemon ended")")
      }
      // A file closed only after it was read completely is examined again, and is known by then.
      while try !site.names(in: "inbox").isEmpty { try await Task.sleep(for: .milliseconds(10)) }
      #expect(await daemon.stop() == 0)
      for (writer, picture) in zip(writers, site.pictures) {
        #expect(
          FileManager.default.contentsEqual(
            atPath: site.folder.appending(["mined", .init(picture)!]).string,
            andPath: site.drops.appending(picture).string), "\(writer)")
        #expect(daemon.log.count { $0.contains("info mined \(picture)") } == 1, "\(writer)")
      }
      #expect(try site.names(in: "inbox") == [])
      #expect(try site.names(in: "quarantine") == [])
      #expect(try site.status().images.mined == writers.count)
    }
  }

  /// A program that writes what it is given and keeps the file open.
  private final class SlowWriter {
    private let process: ChildProcess
    private let input = Pipe()

    init(_ file: FilePath) throws {
      process = try ChildProcess(
        "/bin/sh", ["-c", "exec cat > \"$0\"", file.string], input: input.fileHandleForReading)
      try input.fileHandleForReading.close()
    }

    func write(_ bytes: Data) throws { try input.fileHandleForWriting.write(contentsOf: bytes) }

    func close() throws {
      try input.fileHandleForWriting.close()
      process.waitUntilExit()
    }
  }

  @Test func `may pause in the middle for as long as they like`() async throws {
    try await withSite(["hn_settle_seconds": "0.2"]) { site in
      let daemon = try DaemonProcess(conf: site.conf)
      #expect(await daemon.line("watching") != nil)
      let bytes = try Data(contentsOf: URL(filePath: site.drops.appending(site.pictures[0]).string))
      let slow = try SlowWriter(site.inbox.appending("slow.jpg"))
      try slow.write(bytes.prefix(bytes.count / 2))
      // Half a picture that is no longer being written must settle too; once it has, so has the other.
      try bytes.prefix(bytes.count / 3).write(
        to: URL(filePath: site.inbox.appending("half.jpg").string))
      #expect(await daemon.line("quarantined half.jpg: the JPEG picture is cut short") != nil)
      #expect(try site.names(in: "inbox") == ["slow.jpg"])
      try slow.write(bytes.suffix(from: bytes.count / 2))
      try slow.close()
      #expect(await daemon.line("info mined slow.jpg") != nil)
      #expect(await daemon.stop() == 0)
      #expect(!daemon.log.contains { $0.contains("quarantined slow.jpg") })
    }
  }

  @Test func `need never close a picture that is whole`() async throws {
    try await withSite(["hn_settle_seconds": "0.2"]) { site in
      let daemon = try DaemonProcess(conf: site.conf)
      #expect(await daemon.line("watching") != nil)
      let bytes = try Data(contentsOf: URL(filePath: site.drops.appending(site.pictures[0]).string))
      let slow = try SlowWriter(site.inbox.appending("slow.jpg"))
      try slow.write(bytes)
      #expect(await daemon.line("info mined slow.jpg") != nil)
      try slow.close()
      #expect(await daemon.stop() == 0)
    }
  }
}
