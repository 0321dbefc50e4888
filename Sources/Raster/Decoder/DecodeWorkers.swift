internal import Detection
internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#endif

/// The workers that wait for a picture: as many as ever worked at once.
///
/// A worker that has had nothing to do for five minutes ends by itself; that it is gone shows when it is next asked.
enum DecodeWorkers {
  private static let idle = Mutex<[DecodeWorker]>([])

  /// Has a worker do `work`, another one where it dies over it: what killed it may have been meant for another.
  static func perform<Output>(
    _ work: (DecodeWorker) throws(DecodeWorker.Failure) -> Output
  ) throws(DecodeWorker.Failure) -> Output {
    do {
      return try withWorker(work)
    } catch .died {
      return try withWorker(work)
    }
  }

  /// Starts a worker where none waits.
  static func prepare() throws(DecodeWorker.Failure) {
    guard idle.withLock(\.isEmpty) else { return }
    let worker = try DecodeWorker(executable: executable)
    idle.withLock { $0.append(worker) }
  }

  private static func withWorker<Output>(
    _ work: (DecodeWorker) throws(DecodeWorker.Failure) -> Output
  ) throws(DecodeWorker.Failure) -> Output {
    while let worker = idle.withLock({ $0.popLast() }) {
      do {
        let output = try work(worker)
        idle.withLock { $0.append(worker) }
        return output
      } catch .gone {
        continue
      }
    }
    let worker = try DecodeWorker(executable: executable)
    let output = try work(worker)
    idle.withLock { $0.append(worker) }
    return output
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
