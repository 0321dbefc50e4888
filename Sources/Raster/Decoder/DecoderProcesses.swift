internal import Detection
internal import Dispatch
internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#endif

/// The pool of decoders.
///
/// A picture that takes over its decoder can falsify every later picture. So a decoder serves pictures of one user only,
/// and only for a minute from the first one. A decoder exits after five minutes without a request; the next request to it
/// fails with `.gone`.
final class DecoderProcesses: Sendable {
  static let shared = DecoderProcesses(executable: executable)

  /// A decoder in use.
  struct Loan {
    let decoder: DecoderProcess
    /// The only user whose pictures it decodes.
    let owner: PictureOwner?
    /// When to stop using it.
    let end: ContinuousClock.Instant
  }

  private struct Idle {
    /// Decoders that have seen pictures, the most recently used last.
    var used: [Loan] = []
    /// A decoder that has seen none, kept so that no picture waits for the codecs to load.
    var fresh: DecoderProcess?
    var keepsFresh = false

    /// Removes the decoders whose time is up; each is killed when its last reference goes.
    mutating func retire() -> [Loan] {
      let now = ContinuousClock.now
      defer { used.removeAll { $0.end <= now } }
      return used.filter { $0.end <= now }
    }

    /// Removes the decoders idle for longest, all but the last `count`.
    mutating func retire(allBut count: Int) -> [Loan] {
      let ended = Array(used.dropLast(count))
      used.removeFirst(ended.count)
      return ended
    }
  }

  /// Loading the codecs takes a tenth of a second of CPU time: once a minute, that is 1/600 of one processor.
  static let lifetime = Duration.seconds(60)
  /// The most idle decoders of other users that stay when a user needs a new one.
  private static let mostOfOthers = 4

  private let executable: String
  private let lifetime: Duration
  private let idle = Mutex(Idle())

  init(executable: String, lifetime: Duration = DecoderProcesses.lifetime) {
    self.executable = executable
    self.lifetime = lifetime
  }

  /// Has a decoder do `work`, and tries once more with another if it dies, because an earlier picture may be the cause.
  func perform<Output>(
    for owner: PictureOwner?, _ work: (DecoderProcess) throws(DecoderProcess.Failure) -> Output
  ) throws(DecoderProcess.Failure) -> Output {
    do {
      return try performOnce(for: owner, work)
    } catch .died {
      return try performOnce(for: owner, work)
    }
  }

  private func performOnce<Output>(
    for owner: PictureOwner?, _ work: (DecoderProcess) throws(DecoderProcess.Failure) -> Output
  ) throws(DecoderProcess.Failure) -> Output {
    let (loan, output) = try lend(for: owner, work)
    takeBack(loan)
    return output
  }

  /// Has a decoder do `work`; the decoder stays with the caller until `takeBack`.
  func lend<Output>(
    for owner: PictureOwner?, _ work: (DecoderProcess) throws(DecoderProcess.Failure) -> Output
  ) throws(DecoderProcess.Failure) -> (Loan, Output) {
    while let loan = try takeIdle(for: owner) {
      do {
        return (loan, try work(loan.decoder))
      } catch .gone {
        continue
      }
    }
    let loan = begin(try DecoderProcess(executable: executable), for: owner)
    return (loan, try work(loan.decoder))
  }

  /// Returns a decoder to the pool, for the next picture of the same user.
  func takeBack(_ loan: Loan) {
    idle.withLock { if loan.end > .now { $0.used.append(loan) } }
  }

  /// Starts a decoder if there is no fresh one, and keeps a fresh one ready from then on.
  func prepare() throws(DecoderProcess.Failure) {
    idle.withLock { $0.keepsFresh = true }
    try refresh()
  }

  /// Takes an idle decoder for this user's pictures, or the fresh one; nil if there is none.
  private func takeIdle(for owner: PictureOwner?) throws(DecoderProcess.Failure) -> Loan? {
    // Killing processes takes a moment, so it happens outside the lock.
    var ended: [Loan] = []
    defer { withExtendedLifetime(ended) {} }
    let (used, fresh) = idle.withLock { idle -> (Loan?, DecoderProcess?) in
      ended = idle.retire()
      if let index = idle.used.lastIndex(where: { $0.owner == owner }) {
        return (idle.used.remove(at: index), nil)
      }
      ended += idle.retire(allBut: Self.mostOfOthers)
      return (nil, idle.fresh.take())
    }
    if let used { return used }
    guard let fresh else { return nil }
    try refresh()
    return begin(fresh, for: owner)
  }

  /// Starts a fresh decoder if one should be kept and there is none.
  private func refresh() throws(DecoderProcess.Failure) {
    guard idle.withLock({ $0.keepsFresh && $0.fresh == nil }) else { return }
    let decoder = try DecoderProcess(executable: executable)
    idle.withLock { $0.fresh = decoder }
  }

  /// Assigns a decoder to one user and starts its lifetime, which ends even if no other picture comes.
  private func begin(_ decoder: DecoderProcess, for owner: PictureOwner?) -> Loan {
    let seconds = lifetime / .seconds(1)
    DispatchQueue.global().asyncAfter(deadline: .now() + seconds) { [weak self] in
      guard let self else { return }
      withExtendedLifetime(idle.withLock { $0.retire() }) {}
    }
    return Loan(decoder: decoder, owner: owner, end: .now + lifetime)
  }

  /// The path of `misfire-decode`: beside this program, or in the libexec folder of an installation.
  static let executable: String = {
    let program = unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(PATH_MAX)) {
      buffer in
      let count = unsafe readlink("/proc/self/exe", buffer.baseAddress!, buffer.count)
      return unsafe String(
        decoding: UnsafeRawBufferPointer(buffer).prefix(max(count, 0)), as: UTF8.self)
    }
    let folder = program.split(separator: "/").dropLast().map { "/" + $0 }.joined()
    let beside = folder + "/misfire-decode"
    let installed = folder + "/../libexec/misfire/misfire-decode"
    return unsafe access(installed, X_OK) == 0 && access(beside, X_OK) != 0 ? installed : beside
  }()
}
