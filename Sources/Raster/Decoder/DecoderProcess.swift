internal import CLinux
internal import Detection
internal import Files
internal import SystemPackage

#if canImport(Glibc)
  internal import Glibc
#endif

/// One `misfire-decode` process. Bytes and pixels pass through shared memory, requests and replies through a socket. The
/// process has no access to files or the network, and each picture has a memory limit and a time limit.
///
/// Invariant: one caller at a time.
final class DecoderProcess: @unchecked Sendable {
  /// Why there is no reply.
  enum Failure: Error, Hashable {
    /// The decoder had exited before the request; another one can do the work.
    case gone
    /// The decoder died while processing the request.
    case died(signal: Int32)
    case overdue(limit: Duration)
    /// The machine could not start the decoder, or had no memory to share with it.
    case unavailable(String)

    var reason: String {
      switch self {
      case .gone: "a decoder exited as soon as it had started"
      case .died(let signal): "a decoder died (signal \(signal))"
      case .overdue(let limit): "a decoder took more than \(limit)"
      case .unavailable(let reason): reason
      }
    }
  }

  /// The limits of one request.
  struct Limits {
    /// Address space, on top of what the decoder has at startup and of the shared memory.
    var memoryBytes: Int
    var time: Duration
  }

  /// Shared memory up to this size is kept for the next picture; it is enough for pictures of 12 megapixels.
  private static let keptMemoryBytes = 64 << 20

  /// Loading the codecs takes a tenth of a second; the limit allows for an overloaded machine.
  private static let startLimit = Duration.seconds(60)

  private let executable: String
  private let process: pid_t
  private let control: Int32
  private let memoryFile: Int32
  private var memory: SharedMemory
  private var hasEnded = false
  private var status: Int32 = 0
  /// The decoder's address space after startup, in bytes; it depends on the distribution's codec libraries. Nil before.
  private var startingSize: Int?

  /// Starts a decoder.
  /// - Parameters:
  ///   - executable: the path of `misfire-decode`.
  ///   - idleTime: how long the decoder waits for a request before it exits.
  init(executable: String, idleTime: Duration = .seconds(300)) throws(Failure) {
    self.executable = executable
    var sockets: [Int32] = [-1, -1]
    let kind = Int32(SOCK_SEQPACKET.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    guard unsafe socketpair(AF_UNIX, kind, 0, &sockets) == 0 else {
      throw .unavailable("no socket for a decoder: \(Self.lastError)")
    }
    defer { close(sockets[1]) }
    let file = unsafe clinux_memory_file("misfire-decode")
    // Sealed, so that a compromised decoder cannot shrink it while this process reads it.
    guard file >= 0, clinux_seal_against_shrinking(file) == 0 else {
      let reason = Self.lastError
      close(sockets[0])
      close(file)
      throw .unavailable("no memory to share with a decoder: \(reason)")
    }
    do {
      process = try Self.start(
        executable, idleTime: idleTime, control: sockets[1], memory: file)
    } catch {
      close(sockets[0])
      close(file)
      throw error
    }
    control = sockets[0]
    memoryFile = file
    memory = SharedMemory(descriptor: file)
  }

  deinit {
    end()
    close(control)
    close(memoryFile)
  }

  /// The process ID, for tests that stop or kill the decoder.
  var identifier: pid_t { process }

  // MARK: Working

  /// Has the decoder read `input` and write at most `outputCapacity` bytes.
  /// - Parameters:
  ///   - header: the header of the picture to decode, if the task is to decode.
  ///   - picture: the shape of the picture to encode, if the task is to encode.
  /// - Returns: the reply, the library's message, and the output, which is empty unless the outcome is `.done`.
  func perform(
    _ task: DecoderRequest.Task, on input: [UInt8], header: PictureHeader? = nil,
    picture: EncodingPicture? = nil,
    outputCapacity: Int, limits: Limits
  ) throws(Failure) -> (reply: DecoderReply, words: String, output: [UInt8]) {
    try awaitReadiness()
    let pageSize = 4096
    let outputOffset = (input.count + pageSize - 1) / pageSize * pageSize
    let request = DecoderRequest(
      task, header: header, memoryCount: outputOffset + outputCapacity, inputCount: input.count,
      outputOffset: outputOffset, outputCapacity: outputCapacity, picture: picture)
    try share(request.memoryCount)
    unsafe memory.bytes(0..<input.count).copyBytes(from: input)
    // Otherwise one large picture would keep its memory in use while small ones follow.
    defer { if request.memoryCount > Self.keptMemoryBytes { memory.release() } }
    limit(limits)
    try send(request)
    let message = try receive(within: limits.time)
    guard let (reply, words) = DecoderReply.parse(message, outputCapacity: outputCapacity) else {
      throw .died(signal: endingSignal())
    }
    guard reply.outcome == .done else { return (reply, words, []) }
    let output = unsafe memory.bytes(outputOffset..<outputOffset + reply.outputCount)
    return (reply, words, unsafe Array(output))
  }

  /// Waits until the decoder has started. If it fails to, that is the machine's fault: it has not seen a picture yet.
  private func awaitReadiness() throws(Failure) {
    guard startingSize == nil else { return }
    let message: [UInt8]
    do {
      message = try receive(within: Self.startLimit)
    } catch {
      throw .unavailable("\(executable) is not ready after \(Self.startLimit)")
    }
    guard !message.isEmpty else {
      let status = end()
      let way = status & 0x7f == 0 ? "status \(status >> 8)" : "signal \(status & 0x7f)"
      throw .unavailable("\(executable) exits at startup (\(way)): run it to see why")
    }
    guard DecoderReply.parse(message, outputCapacity: 0)?.0.outcome == .ready else {
      throw .unavailable("\(executable) is another version: reinstall all of Misfire")
    }
    startingSize = try addressSpace()
  }

  private func addressSpace() throws(Failure) -> Int {
    let file = FilePath("/proc/\(process)/statm")
    do {
      // The first number is the size of the address space, in pages.
      let text = String(decoding: try file.firstBytes(64), as: UTF8.self)
      if let pages = text.split(separator: " ").first.flatMap({ Int($0) }) {
        return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
      }
      throw Failure.unavailable("\(file) does not begin with a number")
    } catch let failure as Failure {
      throw failure
    } catch {
      throw .unavailable("\(file): \(error)")
    }
  }

  /// Grows the shared memory to at least `count` bytes.
  private func share(_ count: Int) throws(Failure) {
    guard count > memory.count else { return }
    guard ftruncate(memoryFile, off_t(count)) == 0, memory.map(count) else {
      throw .unavailable("no memory to share with a decoder: \(Self.lastError)")
    }
  }

  /// Limits the decoder to what this picture needs on top of the shared memory.
  private func limit(_ limits: Limits) {
    guard !Sanitizer.isActive, let startingSize else { return }
    clinux_limit(
      process, Int32(RLIMIT_AS.rawValue),
      UInt64(startingSize + limits.memoryBytes + memory.count))
    // This process watches the time. The CPU limit, which counts from the decoder's start, applies even if this process dies.
    var clock: clockid_t = 0
    var used = timespec()
    if unsafe clock_getcpuclockid(process, &clock) == 0, unsafe clock_gettime(clock, &used) == 0 {
      let seconds = used.tv_sec + Int(limits.time.components.seconds) + 2
      clinux_limit(process, Int32(RLIMIT_CPU.rawValue), UInt64(seconds))
    }
  }

  private func send(_ request: DecoderRequest) throws(Failure) {
    let sent = unsafe withUnsafeBytes(of: request) { bytes in
      unsafe Glibc.send(control, bytes.baseAddress!, bytes.count, Int32(MSG_NOSIGNAL))
    }
    guard sent > 0 else { throw .gone }
  }

  private func receive(within limit: Duration) throws(Failure) -> [UInt8] {
    var waiting = pollfd(fd: control, events: Int16(POLLIN), revents: 0)
    var ready: Int32
    repeat {
      ready = unsafe poll(
        &waiting, 1, Int32(clamping: Int((limit / .milliseconds(1)).rounded(.up))))
    } while ready < 0 && errno == EINTR
    guard ready > 0 else {
      end()
      throw .overdue(limit: limit)
    }
    return unsafe [UInt8](unsafeUninitializedCapacity: DecoderReply.maximumMessageCount) {
      buffer, count in
      count = unsafe max(0, recv(control, buffer.baseAddress!, buffer.count, 0))
    }
  }

  // MARK: The process

  private static func start(
    _ executable: String, idleTime: Duration, control: Int32, memory: Int32
  ) throws(Failure) -> pid_t {
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    // Copies above the decoder's own descriptors, so that no dup2 overwrites one that is still needed.
    let first = DecoderDescriptors.memory + 1
    let copies = [control, memory].map { fcntl($0, F_DUPFD_CLOEXEC, first) }
    defer { for copy in copies { close(copy) } }
    unsafe posix_spawn_file_actions_adddup2(&actions, copies[0], DecoderDescriptors.control)
    unsafe posix_spawn_file_actions_adddup2(&actions, copies[1], DecoderDescriptors.memory)
    for descriptor in 0...2 as ClosedRange<Int32> {
      unsafe posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0)
    }
    // Libraries leave theirs open: a picture must not reach them, and what is closed here must be closed.
    unsafe posix_spawn_file_actions_addclosefrom_np(&actions, first)
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    var noSignals = sigset_t()
    unsafe sigemptyset(&noSignals)
    unsafe posix_spawnattr_setsigmask(&attributes, &noSignals)
    unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))

    var process: pid_t = 0
    let milliseconds = Int(idleTime / .milliseconds(1))
    let arguments = unsafe [strdup(executable), strdup("\(milliseconds)"), nil]
    let environment = unsafe Self.environment.map { unsafe strdup($0) } + [nil]
    defer {
      for index in unsafe arguments.indices { unsafe free(arguments[index]) }
      for index in unsafe environment.indices { unsafe free(environment[index]) }
    }
    let code = unsafe posix_spawn(
      &process, executable, &actions, &attributes, arguments, environment)
    guard code == 0 else {
      throw .unavailable(
        "\(executable) cannot be started: \(unsafe String(cString: strerror(code)))")
    }
    return process
  }

  /// Only the variables that a decoder needs, to find its libraries and for sanitizers.
  private static var environment: [String] {
    ["LD_LIBRARY_PATH", "ASAN_OPTIONS", "TSAN_OPTIONS"].compactMap { (name: String) in
      unsafe getenv(name).map { unsafe "\(name)=\(String(cString: $0))" }
    }
  }

  /// Kills the process if it is still running.
  /// - Returns: its exit status, as `waitpid` gives it.
  @discardableResult private func end() -> Int32 {
    // After waitpid, the kernel can give the process ID to another process.
    guard !hasEnded else { return status }
    hasEnded = true
    kill(process, SIGKILL)
    while unsafe waitpid(process, &status, 0) < 0 && errno == EINTR {}
    return status
  }

  /// Kills the process if it is still running; returns the signal that ended it, or 0.
  private func endingSignal() -> Int32 { end() & 0x7f }

  private static var lastError: String { unsafe String(cString: strerror(errno)) }
}
