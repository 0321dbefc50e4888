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
    "brk", "munmap", "mremap",
    // Time and chance.
    "gettimeofday", "getrandom", "sched_yield",
    // Ends, clean or not.
    "rt_sigreturn", "rt_sigprocmask", "rt_sigaction", "getpid", "gettid", "exit",
    "exit_group",
  ]

  /// Gives up everything else, for good. Forbidden calls end the process by SIGSYS.
  /// - Throws: if the kernel has no filter for system calls.
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
    // To abort is to signal oneself, and nobody else is to be signalled, or asked about: not by its clock either.
    try unsafe allow("tgkill", where: [argument(0, SCMP_CMP_EQ, UInt64(getpid()))], in: filter)
    for process in [0, UInt64(getpid())] {
      try unsafe allow("sched_getaffinity", where: [argument(0, SCMP_CMP_EQ, process)], in: filter)
    }
    try unsafe allow("clock_gettime", where: [argument(0, SCMP_CMP_LT, ownClocks)], in: filter)
    // From MADV_HWPOISON on, pages are taken out of use for all.
    try unsafe allow("madvise", where: [argument(2, SCMP_CMP_LT, harmlessAdvices)], in: filter)
    // A lock of a process without threads never needs those that inherit priorities, in which kernels had holes.
    for operation in lockOperations {
      let isOperation = scmp_arg_cmp(
        arg: 1, op: SCMP_CMP_MASKED_EQ, datum_a: lockOperationMask, datum_b: operation)
      try unsafe allow("futex", where: [isOperation], in: filter)
    }
    let code = unsafe seccomp_load(filter)
    guard code == 0 else { throw SandboxFailure(call: "seccomp_load", code: code) }
  }

  /// The numbers of clocks that are nobody's in particular, or the caller's own, are below this; other processes' are negative.
  private static let ownClocks: UInt64 = 16
  private static let harmlessAdvices: UInt64 = 100
  /// FUTEX_WAIT, WAKE, REQUEUE, CMP_REQUEUE, WAKE_OP, WAIT_BITSET and WAKE_BITSET.
  private static let lockOperations: [UInt64] = [0, 1, 3, 4, 5, 9, 10]
  /// All but FUTEX_PRIVATE_FLAG and FUTEX_CLOCK_REALTIME.
  private static let lockOperationMask: UInt64 = 0xffff_ffff & ~0x180

  private static func argument(_ index: UInt32, _ comparison: scmp_compare, _ value: UInt64)
    -> scmp_arg_cmp
  {
    scmp_arg_cmp(arg: index, op: comparison, datum_a: value, datum_b: 0)
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
