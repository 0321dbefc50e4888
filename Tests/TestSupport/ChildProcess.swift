internal import CLinux
package import Foundation
import Synchronization

/// A process that a test starts and waits for.
///
/// Foundation's `Process` is not used, because it learns of a child's end through a socket that the child inherits.
/// Another child started at the same moment inherits that socket too, so a short command seems to run as long as some
/// other test's daemon. A child of this type inherits only its standard input, output and error.
package final class ChildProcess: Sendable {
  package let processID: Int32
  /// The exit status, or the negative number of the signal that ended it; nil until it has been waited for.
  private let status = Mutex<Int32?>(nil)

  package struct NotStarted: Error, CustomStringConvertible {
    package let description: String
  }

  /// Starts a program.
  /// - Parameters:
  ///   - executable: its path.
  ///   - folder: its working folder; nil: this process's.
  ///   - environment: its whole environment; nil: this process's.
  ///   - input: its standard input; nil: empty.
  ///   - output: its standard output; nil: discarded.
  ///   - errors: its standard error; nil: discarded.
  /// - Throws: `NotStarted` with the system's reason.
  package init(
    _ executable: String, _ arguments: [String] = [], in folder: String? = nil,
    environment: [String: String]? = nil, input: FileHandle? = nil, output: FileHandle? = nil,
    errors: FileHandle? = nil
  ) throws {
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    for (number, handle) in [input, output, errors].enumerated() {
      if let handle {
        unsafe posix_spawn_file_actions_adddup2(&actions, handle.fileDescriptor, Int32(number))
      } else {
        unsafe posix_spawn_file_actions_addopen(&actions, Int32(number), "/dev/null", O_RDWR, 0)
      }
    }
    unsafe posix_spawn_file_actions_addclosefrom_np(&actions, 3)
    if let folder { unsafe posix_spawn_file_actions_addchdir_np(&actions, folder) }

    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    var noSignals = sigset_t()
    unsafe sigemptyset(&noSignals)
    unsafe posix_spawnattr_setsigmask(&attributes, &noSignals)
    unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))

    let environment = environment ?? ProcessInfo.processInfo.environment
    let words = unsafe ([executable] + arguments).map { unsafe strdup($0) } + [nil]
    let variables = unsafe environment.map { unsafe strdup("\($0.key)=\($0.value)") } + [nil]
    defer {
      for index in unsafe words.indices { unsafe free(words[index]) }
      for index in unsafe variables.indices { unsafe free(variables[index]) }
    }
    var started: pid_t = 0
    let code = unsafe posix_spawn(&started, executable, &actions, &attributes, words, variables)
    guard code == 0 else {
      throw NotStarted(
        description: "\(executable) cannot be started: \(unsafe String(cString: strerror(code)))")
    }
    processID = started
  }

  deinit {
    kill()
    waitUntilExit()
  }

  package var isRunning: Bool {
    var ended = unsafe siginfo_t()
    return unsafe waitid(P_PID, id_t(processID), &ended, WEXITED | WNOWAIT | WNOHANG) == 0
      && ended.si_code == 0
  }

  /// Kills the process if it is still running.
  package func kill() {
    status.withLock { known in
      // Until it has been waited for, no other process gets its ID.
      if known == nil { _ = Foundation.kill(processID, SIGKILL) }
    }
  }

  /// Stops the process until it gets SIGCONT, and waits until all its threads have stopped.
  package func pause() { TestSupport.pause(child: processID) }

  /// Waits for the process to end, blocking the thread.
  /// - Returns: the exit status, or the negative number of the signal.
  @discardableResult package func waitUntilExit() -> Int32 {
    // Leaves its status there, so that it can be killed meanwhile.
    var ended = unsafe siginfo_t()
    while unsafe waitid(P_PID, id_t(processID), &ended, WEXITED | WNOWAIT) == -1 && errno == EINTR {
    }
    return status.withLock { known in
      if let known { return known }
      var word: Int32 = 0
      while unsafe waitpid(processID, &word, 0) == -1 && errno == EINTR {}
      let signal = word & 0x7f
      let status = signal == 0 ? (word >> 8) & 0xff : -signal
      known = status
      return status
    }
  }

  /// Waits for the process to end on a thread of its own. If the test is cancelled, as at its time limit, kills the process.
  /// - Returns: the exit status, or the negative number of the signal.
  package func end() async -> Int32 {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        Thread { continuation.resume(returning: self.waitUntilExit()) }.start()
      }
    } onCancel: {
      kill()
    }
  }
}

/// Stops a child of this process until it gets SIGCONT, and waits until all its threads have stopped.
package func pause(child processID: Int32) {
  kill(processID, SIGSTOP)
  var change = unsafe siginfo_t()
  while unsafe waitid(P_PID, id_t(processID), &change, WSTOPPED | WEXITED | WNOWAIT) == -1
    && errno == EINTR
  {}
}
