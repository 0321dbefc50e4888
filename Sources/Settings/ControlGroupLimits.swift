internal import SystemPackage

/// The memory and processors that a process's control groups allow: its own groups, and all that contain them.
///
/// Both versions are read, because a process can be in groups of both: version 2 has one hierarchy, version 1 one per
/// controller. See cgroups(7) and proc_pid_mountinfo(5).
struct ControlGroupLimits: Equatable {
  /// In bytes; nil if no group has a limit. The lower of `memory.max`, above which the kernel kills the process, and
  /// `memory.high`, above which it throttles the process almost to a standstill.
  private(set) var memory: Int?
  /// The CPU time that the groups allow, in processors, rounded up; nil if no group has a limit.
  private(set) var processors: Int?

  /// - Parameters:
  ///   - groups: /proc/PID/cgroup.
  ///   - mounts: /proc/PID/mountinfo.
  ///   - contents: returns a file's contents; nil if there is none.
  init(groups: String, mounts: String, contents: (FilePath) -> String?) {
    let mounts = mounts.split(separator: "\n").compactMap { Mount($0) }
    for group in groups.split(separator: "\n").compactMap({ Group($0) }) {
      for folder in group.folders(in: mounts) {
        func number(_ file: FilePath.Component) -> Int? {
          contents(folder.appending(file)).flatMap { Int($0.trimmed) }
        }
        for file: FilePath.Component in ["memory.max", "memory.high", "memory.limit_in_bytes"] {
          Self.lower(&memory, to: number(file))
        }
        let shares = contents(folder.appending("cpu.max"))?.trimmed.split(separator: " ") ?? []
        Self.lower(
          &processors,
          to: Self.processors(
            quota: shares.first.flatMap { Int($0) }, shares.last.flatMap { Int($0) }))
        Self.lower(
          &processors,
          to: Self.processors(quota: number("cpu.cfs_quota_us"), number("cpu.cfs_period_us")))
      }
    }
  }

  /// The number of processors that `quota` microseconds in each `period` amount to; nil if the group has no quota
  /// (negative in version 1).
  private static func processors(quota: Int?, _ period: Int?) -> Int? {
    guard let quota, let period, quota > 0, period > 0 else { return nil }
    return (quota - 1) / period + 1
  }

  /// Ignores limits of zero: a group with such a limit cannot run this process, so it means no limit.
  private static func lower(_ limit: inout Int?, to other: Int?) {
    guard let other, other > 0 else { return }
    limit = min(limit ?? other, other)
  }
}

/// A process's group in one hierarchy: a line of /proc/PID/cgroup, such as `4:cpu,cpuacct:/user.slice` or
/// `0::/user.slice`.
private struct Group {
  /// Empty for version 2.
  let controllers: Set<Substring>
  /// From the root of the hierarchy.
  let path: FilePath

  init?(_ line: Substring) {
    let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3 else { return nil }
    controllers = Set(parts[1].split(separator: ","))
    path = FilePath(String(parts[2]))
  }

  /// The folders of the group and of the groups that contain it, as far up as they are mounted.
  func folders(in mounts: [Mount]) -> [FilePath] {
    let mounts = mounts.filter { mount in
      controllers.isEmpty ? mount.isUnified : !controllers.isDisjoint(with: mount.options)
    }
    let holding = mounts.filter { path.starts(with: $0.root) }
    // A container may see only its own group, under any name.
    guard !holding.isEmpty else { return mounts.map(\.point) }
    return holding.flatMap { mount in
      var below = path
      _ = below.removePrefix(mount.root)
      var folders = [mount.point]
      for name in below.components { folders.append(folders.last!.appending(name)) }
      return folders
    }
  }
}

/// Where a hierarchy, or a part of one, is mounted: a line of /proc/PID/mountinfo.
private struct Mount {
  /// The group mounted there, from the root of the hierarchy.
  let root: FilePath
  let point: FilePath
  /// Whether it is version 2.
  let isUnified: Bool
  /// The file system's options, which include the controllers of version 1.
  let options: Set<Substring>

  /// Nil if the line is not a mount of control groups.
  init?(_ line: Substring) {
    let words = line.split(separator: " ")
    guard let dash = words.firstIndex(of: "-"), dash >= 6, words.count > dash + 3,
      ["cgroup", "cgroup2"].contains(words[dash + 1])
    else { return nil }
    root = FilePath(words[3].unescaped)
    point = FilePath(words[4].unescaped)
    isUnified = words[dash + 1] == "cgroup2"
    options = isUnified ? [] : Set(words[dash + 3].split(separator: ","))
  }
}

extension StringProtocol {
  /// The text without leading and trailing white space.
  fileprivate var trimmed: String {
    String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }

  /// The text with octal escapes decoded; `\040` is a space.
  fileprivate var unescaped: String {
    var bytes: [UInt8] = []
    var rest = Array(utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "\\"), rest.count >= 3,
        let code = UInt8(String(decoding: rest.prefix(3), as: UTF8.self), radix: 8)
      {
        bytes.append(code)
        rest.removeFirst(3)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
