internal import CSeccomp

#if canImport(Glibc)
  internal import Glibc
#endif

/// A process that only computes: from then on it cannot open a file or a socket, start a process or a thread, or run what it
/// has written to memory. It may still use the descriptors and the memory it has, and take more memory.
package enum Sandbox {
  /// Computing takes no more system calls than these; any other one ends the process.
  private static let allowed = [
    // Requests, replies, and what libraries print.
    "recvfrom", "sendto", "poll", "ppoll", "read", "write", "writev",
    // What a wait is taken up with that the process was stopped in.
    "restart_syscall",
    // Memory.
    "brk", "munmap", "mremap", "madvise",
    // Locks, time and chance.
    "futex", "clock_gettime", "gettimeofday", "getrandom", "sched_yield", "sched_getaffinity",
    // Ends, clean or not.
    "rt_sigreturn", "rt_sigprocmask", "rt_sigaction", "getpid", "gettid", "exit",
    "exit_group",
  ]

  /// Gives up everything else, for good. Forbidden calls end the process by SIGSYS.
  /// - Throws: where the kernel has no filter for system calls.
  package static func enter() throws(SandboxFailure) {
    // Nothing is opened any more (0, which is open, is the only descriptor left below the limit; poll wants room for one);
    // what is printed goes to a pipe, which is no file; no memory image is left behind.
    limit(RLIMIT_NOFILE, 1)
    limit(RLIMIT_FSIZE, 0)
    limit(RLIMIT_CORE, 0)

    guard let filter = unsafe seccomp_init(UInt32(SCMP_ACT_KILL_PROCESS)) else {
      throw SandboxFailure(call: "seccomp_init", code: -ENOMEM)
    }
    defer { unsafe seccomp_release(filter) }
    for name in allowed { try unsafe allow(name, in: filter) }
    // Memory may be taken, but nothing in it may be run.
    for name in ["mmap", "mprotect"] {
      let protection = scmp_arg_cmp(
        arg: 2, op: SCMP_CMP_MASKED_EQ, datum_a: UInt64(PROT_EXEC), datum_b: 0)
      try unsafe allow(name, where: [protection], in: filter)
    }
    // To abort is to signal oneself, and nobody else is to be signalled.
    let ownProcess = scmp_arg_cmp(
      arg: 0, op: SCMP_CMP_EQ, datum_a: UInt64(getpid()), datum_b: 0)
    try unsafe allow("tgkill", where: [ownProcess], in: filter)
    let code = unsafe seccomp_load(filter)
    guard code == 0 else { throw SandboxFailure(call: "seccomp_load", code: code) }
  }

  private static func allow(
    _ name: String, where conditions: [scmp_arg_cmp] = [], in filter: scmp_filter_ctx
  ) throws(SandboxFailure) {
    let number = unsafe seccomp_syscall_resolve_name(name)
    // Not every processor has every call: arm64 has only ppoll.
    guard number >= 0 else { return }
    let code = unsafe seccomp_rule_add_array(
      filter, UInt32(SCMP_ACT_ALLOW), number, UInt32(conditions.count), conditions)
    guard code == 0 else { throw SandboxFailure(call: name, code: code) }
  }

  private static func limit(_ resource: __rlimit_resource, _ value: rlim_t) {
    var limit = rlimit(rlim_cur: value, rlim_max: value)
    unsafe setrlimit(__rlimit_resource_t(resource.rawValue), &limit)
  }
}

/// Why there is no sandbox.
package struct SandboxFailure: Error, CustomStringConvertible {
  let call: String
  let code: Int32

  package var description: String { "\(call): \(unsafe String(cString: strerror(-code)))" }
}
