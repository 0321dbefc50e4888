internal import ArgumentParser
internal import Durable
internal import Files
internal import Foundation
internal import Serving
internal import Settings
internal import Synchronization
internal import SystemPackage

struct Serve: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Serve interactive pages on this machine, until SIGINT.",
    discussion: """
      The pages show what `misfire report` shows. On them you can review windows with the keyboard, forget pictures, \
      publish and pin generations, retry quarantined pictures, and draw boxes on pictures of the object. It is safe to \
      run while the daemon runs. Only programs on this machine can connect, and only the first browser that opens the \
      printed link is let in. From another machine: `ssh -L 8080:localhost:PORT HOST`, with PORT from --port.
      """)

  @OptionGroup var common: CommonOptions

  @Option(help: "The port on 127.0.0.1; 0 means any free port.")
  var port: UInt16 = 0

  @Option(
    help: ArgumentHelp(
      "A Unix socket to listen on instead; it must not exist yet.", valueName: "path"),
    completion: .file())
  var socket: String?

  /// How long a click may take after a signal; what it does is cut off then, as by a kill.
  private static let secondsToFinish = 5.0

  func run() throws {
    // Root switches once to the owner of the stored data.
    _ = try common.setup()
    let conf = common.conf
    let place = socket.map { Place.socket(FilePath.argument($0)) } ?? .port(port)
    let server = WebServer(at: place) { try Setup.load(conf) }
    let serving = Task {
      try await server.run { link in
        print(link)
        fflush(nil)
      }
    }
    let end = DispatchSemaphore(value: 0)
    let signals = [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        serving.cancel()
        // A click that waits for another process's lock may wait for ever.
        DispatchQueue.global().asyncAfter(deadline: .now() + Self.secondsToFinish) { end.signal() }
      }
      source.resume()
      return source
    }
    defer { for source in signals { source.cancel() } }
    let outcome = Mutex<Result<Void, any Error>>(.success(()))
    Task {
      let result = await serving.result
      outcome.withLock { $0 = result }
      end.signal()
    }
    end.wait()
    if serving.isCancelled {
      if let socket { try Durable.remove(FilePath.argument(socket)) }
    } else {
      try outcome.withLock { try $0.get() }
    }
  }
}
