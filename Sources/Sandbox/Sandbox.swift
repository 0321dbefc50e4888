internal import CSeccomp

#if canImport(Glibc)
  internal import Glibc
#endif

/// Restricts this process to computing: it can no longer open files or sockets, start processes or threads, or execute
/// memory that it has written. It keeps its descriptors and its memory, and can allocate more.
package enum Sandbox {
  /// The system calls that computing needs; any other kills the process.
  private static let allowed = [
    // Requests, replies, and what libraries print.
    "recvfrom", "sendto", "poll", "ppoll", "read", "write", "writev",
    // Resuming a wait after the process was stopped and continued.
    "restart_syscall",
    // Memory.
    "brk", "munmap", "mremap",
    // Time, randomness and yielding.
    "gettimeofday", "getrandom", "sched_yield",
    // Exits, clean or not.
    "rt_sigreturn", "rt_sigprocmask", "rt_sigaction", "getpid", "gettid", "exit",
    "exit_group",
  ]

  /// Gives up all other system calls for good. The kernel then kills the process with SIGSYS if it makes one.
  /// - Throws: if the kernel cannot filter system calls.
  package static func enter() throws(SandboxFailure) {
    // No new descriptors: 0, the only number below the limit, is open already, and poll needs a limit of at least 1. No
    // writes to files: output goes to a pipe, which the limit does not affect. No core dumps.
    limit(RLIMIT_NOFILE, 1)
    limit(RLIMIT_FSIZE, 0)
    limit(RLIMIT_CORE, 0)

    guard let filter = unsafe seccomp_init(UInt32(SCMP_ACT_KILL_PROCESS)) else {
      throw SandboxFailure(call: "seccomp_init", code: -ENOMEM)
    }
    defer { unsafe seccomp_release(filter) }
    for name in allowed { try unsafe allow(name, in: filter) }
    // The process can map memory, but not execute it.
    for name in ["mmap", "mprotect"] {
      let protection = scmp_arg_cmp(
        arg: 2, op: SCMP_CMP_MASKED_EQ, datum_a: UInt64(PROT_EXEC), datum_b: 0)
      try unsafe allow(name, where: [protection], in: filter)
    }
    // abort signals the process itself. It cannot signal other processes or query them, not even through their CPU clocks.
    try unsafe allow("tgkill", where: [argument(0, SCMP_CMP_EQ, UInt64(getpid()))], in: filter)
    for process in [0, UInt64(getpid())] {
      try unsafe allow("sched_getaffinity", where: [argument(0, SCMP_CMP_EQ, process)], in: filter)
    }
    try unsafe allow("clock_gettime", where: [argument(0, SCMP_CMP_LT, ownClocks)], in: filter)
    // MADV_HWPOISON and higher values take pages out of use for the whole machine.
    try unsafe allow("madvise", where: [argument(2, SCMP_CMP_LT, harmlessAdvices)], in: filter)
    // A single-threaded process never needs priority-inheriting locks, in which kernels have had vulnerabilities.
    for operation in lockOperations {
      let isOperation = scmp_arg_cmp(
        arg: 1, op: SCMP_CMP_MASKED_EQ, datum_a: lockOperationMask, datum_b: operation)
      try unsafe allow("futex", where: [isOperation], in: filter)
    }
    let code = unsafe seccomp_load(filter)
    guard code == 0 else { throw SandboxFailure(call: "seccomp_load", code: code) }
  }

  /// System-wide clocks and the caller's own have IDs below this; those of other processes are negative.
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

/// Why the sandbox could not be entered.
package struct SandboxFailure: Error, CustomStringConvertible {
  let call: String
  let code: Int32

  package var description: String { "\(call): \(unsafe String(cString: strerror(-code)))" }
}
