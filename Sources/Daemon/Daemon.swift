internal import Glibc
internal import Logging
internal import ServiceLifecycle
internal import Settings
public import SystemPackage
internal import UnixSignals

/// The daemon: mines what is dropped into the inbox until it is told to stop.
public struct Daemon: Sendable {
  private let settingsPath: FilePath

  public init(settingsPath: FilePath) {
    self.settingsPath = settingsPath
  }

  /// Runs until SIGTERM or SIGINT; SIGHUP reads the settings again.
  /// - Returns: the status to end the process with, after sysexits(3): 78 where the settings are wrong, so
  ///   that starting again is of no use.
  public func run() async -> ExitStatus {
    // From here on no SIGHUP is lost: the settings are read afterwards.
    let reloads = await UnixSignalsSequence(trapping: .sighup)
    let loop = MiningLoop(settingsPath: settingsPath, log: makeLogger())
    do {
      var quiet = makeLogger()
      quiet.logLevel = .error
      var configuration = ServiceGroupConfiguration(
        services: [
          .init(service: loop, failureTerminationBehavior: .cancelGroup),
          .init(service: ReloadSignal(loop: loop, signals: reloads)),
        ], gracefulShutdownSignals: [.sigterm, .sigint], logger: quiet)
      configuration.maximumCancellationDuration = .seconds(5)
      try await ServiceGroup(configuration: configuration).run()
      // A training or a report is abandoned where it is. Leaving at once keeps the C libraries' clean-up from
      // pulling the ground from under it.
      if await loop.isBusy { _exit(0) }
      return .done
    } catch let error as SettingsError {
      await loop.log.critical("\(error)")
      return .wrongSettings
    } catch {
      await loop.log.critical("\(error)")
      return .failed
    }
  }

  public enum ExitStatus: Int32, Sendable {
    case done = 0
    case failed = 1
    case wrongSettings = 78
  }
}

/// Turns SIGHUP into a reload.
private struct ReloadSignal: Service {
  let loop: MiningLoop
  let signals: UnixSignalsSequence

  func run() async throws {
    for await _ in signals.cancelOnGracefulShutdown() {
      loop.reload()
    }
  }
}
