internal import Files
internal import SystemPackage

#if canImport(Glibc)
  internal import Glibc
#endif

/// The machine's resources that a process can use, for default values.
struct Machine: Equatable {
  /// At least 1. The processors that the process can run on, or fewer if its control groups limit its CPU time.
  let processors: Int
  /// In bytes. The machine's memory, or less if the control groups limit it.
  let memory: Int

  /// This process's resources, determined once because the limits are in a dozen files.
  static let own = Machine()

  /// - Parameter process: its folder's name in /proc.
  init(process: FilePath.Component = "self") {
    let folder = FilePath("/proc").appending(process)
    func text(_ file: FilePath.Component) -> String {
      Self.contents(of: folder.appending(file)) ?? ""
    }
    let limits = ControlGroupLimits(
      groups: text("cgroup"), mounts: text("mountinfo"), contents: Self.contents)
    let online = max(Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))), 1)
    processors = min(
      Self.allowedProcessors(status: text("status")) ?? online, limits.processors ?? online, online)
    let physical = Int(sysconf(Int32(_SC_PHYS_PAGES))) * Int(sysconf(Int32(_SC_PAGESIZE)))
    memory = min(limits.memory ?? physical, physical)
  }

  /// The number of processors that a process can run on, by its affinity and cpuset: `Cpus_allowed_list: 0-3,8` gives
  /// 5.
  /// - Parameter status: the contents of /proc/PID/status.
  static func allowedProcessors(status: String) -> Int? {
    guard
      let line = status.split(separator: "\n").first(where: { $0.hasPrefix("Cpus_allowed_list:") })
    else { return nil }
    let ranges = line.drop { !$0.isNumber }.split(separator: ",").map { range in
      range.split(separator: "-").compactMap { Int($0) }
    }
    let counts = ranges.compactMap { ends -> Int? in
      guard let first = ends.first, let last = ends.last, first <= last else { return nil }
      return last - first + 1
    }
    return counts.isEmpty ? nil : counts.reduce(0, +)
  }

  /// Nil if the file cannot be read, for example because a group has no such limit.
  private static func contents(of path: FilePath) -> String? {
    do {
      let file = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec])
      return try file.closeAfter {
        String(decoding: try file.contents(atMost: 16 << 20), as: UTF8.self)
      }
    } catch {
      return nil
    }
  }
}
