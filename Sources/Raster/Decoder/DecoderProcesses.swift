internal import Detection
internal import Dispatch
internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#endif

/// The decoders that decode.
///
/// A picture may take its decoder over, and then lie about every picture that comes after it. So a decoder serves the
/// pictures of one user only, and lives for a minute from its first. One that has had nothing to do for five minutes
/// ends by itself; that it is gone shows when it is next asked.
final class DecoderProcesses: Sendable {
  static let shared = DecoderProcesses(executable: executable)

  /// A decoder that is at work.
  struct Loan {
    let decoder: DecoderProcess
    /// Whose pictures it may see.
    let owner: PictureOwner?
    /// When it is given up.
    let end: ContinuousClock.Instant
  }

  private struct Idle {
    /// Those that have seen pictures, the one used last at the end.
    var used: [Loan] = []
    /// One that has seen none, so that nobody has to wait until the codecs are loaded.
    var fresh: DecoderProcess?
    var keepsFresh = false

    /// Takes out those whose time is over; they end when nobody holds them any more.
    mutating func retire() -> [Loan] {
      let now = ContinuousClock.now
      defer { used.removeAll { $0.end <= now } }
      return used.filter { $0.end <= now }
    }

    /// Takes out those that have waited longest, where more than so many wait.
    mutating func retire(allBut count: Int) -> [Loan] {
      let ended = Array(used.dropLast(count))
      used.removeFirst(ended.count)
      return ended
    }
  }

  /// Loading the codecs takes a tenth of a second of a processor: with this, a six-hundredth of the time.
  static let lifetime = Duration.seconds(60)
  /// The most that wait for pictures of other users than the one whose is to be decoded.
  private static let mostOfOthers = 4

  private let executable: String
  private let lifetime: Duration
  private let idle = Mutex(Idle())

  init(executable: String, lifetime: Duration = DecoderProcesses.lifetime) {
    self.executable = executable
    self.lifetime = lifetime
  }

  /// Has a decoder do `work`, another one where it dies over it: what killed it may have been meant for another.
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

  /// Has a decoder begin with `work`; it is the caller's until it is given back.
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

  /// Takes back a decoder that has done its work, for the next picture of the same user.
  func takeBack(_ loan: Loan) {
    idle.withLock { if loan.end > .now { $0.used.append(loan) } }
  }

  /// Starts a decoder where none waits, and keeps one that is fresh from then on.
  func prepare() throws(DecoderProcess.Failure) {
    idle.withLock { $0.keepsFresh = true }
    try refresh()
  }

  /// A decoder that waits for such a picture; nil if there is none.
  private func takeIdle(for owner: PictureOwner?) throws(DecoderProcess.Failure) -> Loan? {
    // Processes are ended outside of the lock, which takes a moment.
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

  /// Starts a decoder for whoever comes next, where one is to be kept and there is none.
  private func refresh() throws(DecoderProcess.Failure) {
    guard idle.withLock({ $0.keepsFresh && $0.fresh == nil }) else { return }
    let decoder = try DecoderProcess(executable: executable)
    idle.withLock { $0.fresh = decoder }
  }

  /// From here on the decoder has seen a picture, and its time runs, whether or not another one comes.
  private func begin(_ decoder: DecoderProcess, for owner: PictureOwner?) -> Loan {
    let seconds = lifetime / .seconds(1)
    DispatchQueue.global().asyncAfter(deadline: .now() + seconds) { [weak self] in
      guard let self else { return }
      withExtendedLifetime(idle.withLock { $0.retire() }) {}
    }
    return Loan(decoder: decoder, owner: owner, end: .now + lifetime)
  }

  /// `misfire-decode`: beside this program, or where it is installed.
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
