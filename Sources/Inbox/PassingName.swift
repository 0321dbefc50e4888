internal import SystemPackage

/// Names of other programs' own files in a folder, which the inbox leaves alone.
///
/// Every hidden name (one that begins with a dot) is among them; those listed with a dot name their program. Letter case
/// does not matter.
package struct PassingName: Sendable {
  package enum Pattern: Sendable, CustomStringConvertible {
    case name(String)
    case beginning(String)
    case ending(String)
    case around(beginning: String, ending: String)

    package var description: String {
      switch self {
      case .name(let name): name
      case .beginning(let text): "\(text)*"
      case .ending(let text): "*\(text)"
      case .around(let beginning, let ending): "\(beginning)*\(ending)"
      }
    }
  }

  package enum Meaning: Sendable {
    /// A file that is being written under this name, and will be renamed.
    case unfinished
    /// A program's control file beside the file that it writes: that one, with this name without the extension, is
    /// unfinished.
    case control
    /// Nothing that will become a picture.
    case housekeeping
  }

  package let meaning: Meaning
  /// The program, for people.
  package let tool: String
  package let patterns: [Pattern]

  private init(_ meaning: Meaning, _ tool: String, _ patterns: [Pattern]) {
    self.meaning = meaning
    self.tool = tool
    self.patterns = patterns
  }

  package static let all: [PassingName] = [
    PassingName(.unfinished, "Misfire itself", [.ending(".draft")]),
    PassingName(
      .unfinished, "browsers (Firefox, Chrome, Edge, Safari, Opera)",
      [
        .ending(".part"), .ending(".crdownload"), .ending(".partial"), .ending(".download"),
        .ending(".opdownload"),
      ]),
    PassingName(.unfinished, "WinSCP", [.ending(".filepart")]),
    PassingName(
      .unfinished, "rsync, scp from phones, many others", [.ending(".tmp"), .ending(".temp")]),
    PassingName(
      .unfinished, "BitTorrent (µTorrent, qBittorrent, BitComet, Vuze)",
      [.ending(".!ut"), .ending(".!qb"), .ending(".bc!"), .ending(".az!"), .ending(".bt!")]),
    PassingName(
      .unfinished, "Resilio Sync", [.ending(".!sync"), .ending(".rslsync"), .ending(".bts")]),
    PassingName(
      .unfinished, "Syncthing",
      [
        .around(beginning: ".syncthing.", ending: ".tmp"),
        .around(beginning: "~syncthing~", ending: ".tmp"),
      ]),
    PassingName(.unfinished, "Nextcloud and ownCloud", [.beginning(".~"), .ending(".octransfer")]),
    PassingName(.unfinished, "Google Drive, MEGA", [.beginning(".getxfer."), .ending(".mega")]),
    PassingName(
      .unfinished, "download programs (Free Download Manager, FlashGet, Thunder, DownThemAll)",
      [
        .ending(".fdmdownload"), .ending(".jc!"), .ending(".xltd"), .ending(".td"),
        .ending(".dtapart"),
      ]),
    PassingName(
      .unfinished, "FTP servers (ProFTPD, Pure-FTPd)",
      [.beginning(".in."), .beginning(".pureftpd-upload.")]),
    PassingName(.control, "aria2", [.ending(".aria2")]),
    PassingName(.control, "Axel", [.ending(".st")]),
    PassingName(.control, "lftp", [.ending(".lftp-pget-status")]),
    PassingName(
      .housekeeping, "editors and office programs",
      [
        .ending("~"), .ending(".swp"), .around(beginning: "#", ending: "#"), .beginning("~$"),
        .beginning(".~lock."), .beginning(".goutputstream-"),
      ]),
    PassingName(
      .housekeeping, "Windows",
      [
        .name("Thumbs.db"), .name("ehthumbs.db"), .name("ehthumbs_vista.db"), .name("desktop.ini"),
        .name("$RECYCLE.BIN"), .name("System Volume Information"),
      ]),
    PassingName(
      .housekeeping, "macOS",
      [.name(".DS_Store"), .beginning("._"), .name("__MACOSX"), .name("Icon\r"), .name(".Trashes")]),
    PassingName(
      .housekeeping, "Synology and QNAP",
      [.name("@eaDir"), .name("@tmp"), .name("#recycle"), .name("#snapshot"), .name("@Recycle")]),
    PassingName(
      .housekeeping, "Syncthing", [.name(".stfolder"), .name(".stversions"), .name(".stignore")]),
    PassingName(
      .housekeeping, "Dropbox, Picasa",
      [.name(".dropbox.cache"), .name(".dropbox"), .name("Picasa.ini")]),
    PassingName(
      .housekeeping, "Samba, NFS, FUSE",
      [.beginning(".smbdelete"), .beginning(".nfs"), .beginning(".fuse_hidden")]),
    PassingName(.housekeeping, "file systems", [.name("lost+found")]),
  ]

  /// What a name means for the inbox; nil if it may be a picture's.
  package static func meaning(of name: String) -> Meaning? {
    let name = name.lowercased()
    for entry in all where entry.patterns.contains(where: { $0.matches(name) }) {
      return entry.meaning
    }
    return name.hasPrefix(".") ? .housekeeping : nil
  }

  /// The name of the file that a control file belongs to.
  static func subject(ofControl name: String) -> String? {
    let lowercased = name.lowercased()
    for entry in all where entry.meaning == .control {
      for case .ending(let ending) in entry.patterns where lowercased.hasSuffix(ending) {
        return String(name.dropLast(ending.count))
      }
    }
    return nil
  }
}

extension PassingName.Pattern {
  /// - Parameter name: in lower case.
  fileprivate func matches(_ name: String) -> Bool {
    switch self {
    case .name(let other): name == other.lowercased()
    case .beginning(let text): name.hasPrefix(text)
    case .ending(let text): name.hasSuffix(text)
    case .around(let beginning, let ending):
      name.hasPrefix(beginning) && name.hasSuffix(ending)
        && name.count >= beginning.count + ending.count
    }
  }
}
