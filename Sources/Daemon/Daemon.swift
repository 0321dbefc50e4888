internal import Durable
internal import Glibc
internal import Logging
internal import Scheduling
internal import ServiceLifecycle
package import SystemPackage
internal import UnixSignals

/// The daemon: mines what is dropped into the inbox until it is stopped.
package struct Daemon: Sendable {
  private let settingsPath: FilePath

  package init(settingsPath: FilePath) {
    self.settingsPath = settingsPath
  }

  /// Runs until SIGTERM or SIGINT; SIGHUP reloads the settings.
  /// - Returns: the exit status, after sysexits(3): 78 if the settings are invalid, so that starting again does not help.
  package func run() async -> ExitStatus {
    // From here on no SIGHUP is lost: the settings are read afterwards.
    let reloads = await UnixSignalsSequence(trapping: .sighup)
    let runner = Runner(settingsPath: settingsPath, log: makeLogger(), clock: .continuous)
    let (waits, heard) = AsyncStream.makeStream(of: FileLock.Wait.self)
    FileLock.hearWaiting { heard.yield($0) }
    // In this order: a wait's end comes after its beginning.
    let telling = Task { for await wait in waits { await runner.tell(wait) } }
    defer { telling.cancel() }
    var quiet = makeLogger()
    quiet.logLevel = .error
    var configuration = ServiceGroupConfiguration(
      services: [
        .init(service: runner, successTerminationBehavior: .gracefullyShutdownGroup),
        .init(service: ReloadSignal(runner: runner, signals: reloads)),
      ], gracefulShutdownSignals: [.sigterm, .sigint], logger: quiet)
    configuration.maximumCancellationDuration = OperationalLimits.cancellationPatience
    do {
      try await ServiceGroup(configuration: configuration).run()
    } catch {
      await runner.log.critical("\(error)")
      return .failed
    }
    switch await runner.end {
    case .wrongSettings:
      return .wrongSettings
    case .abandoning:
      // A training or a report is abandoned where it is. Exiting at once keeps the C libraries' exit handlers from freeing
      // what it still uses.
      _exit(0)
    case .done, nil:
      return .done
    }
  }

  package enum ExitStatus: Int32, Sendable {
    case done = 0
    case failed = 1
    case wrongSettings = 78
  }
}

/// Turns SIGHUP into a reload.
private struct ReloadSignal: Service {
  let runner: Runner
  let signals: UnixSignalsSequence

  func run() async throws {
    for await _ in signals.cancelOnGracefulShutdown() {
      runner.reload()
    }
  }
}
