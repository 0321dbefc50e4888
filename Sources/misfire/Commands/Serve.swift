internal import ArgumentParser
internal import Foundation
internal import Serving
internal import Settings
internal import Synchronization
internal import SystemPackage

struct Serve: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Serve pages on this machine on which one can look and act, until SIGINT.",
    discussion: """
      They show what `misfire report` shows, and let one review windows by keys, forget pictures, publish and pin \
      generations, try quarantined pictures again and draw boxes on pictures of the object. Works beside a running \
      daemon. Only programs of this machine reach them, and only the browser that follows the printed link, once, is \
      let in. From another machine: `ssh -L 8080:localhost:PORT HOST`, with PORT in --port.
      """)

  @OptionGroup var common: CommonOptions

  @Option(help: "The port on 127.0.0.1; 0: any that is free.")
  var port: UInt16 = 0

  @Option(
    help: ArgumentHelp(
      "A Unix socket to listen at instead; it must not be there yet.", valueName: "path"),
    completion: .file())
  var socket: String?

  func run() throws {
    // Root becomes the owner of what is kept here, once.
    _ = try common.setup()
    let conf = common.conf
    let place = socket.map { Place.socket(FilePath($0)) } ?? .port(port)
    let server = WebServer(at: place) { try Setup.load(conf) }
    let serving = Task {
      try await server.run { link in
        print(link)
        fflush(nil)
      }
    }
    let signals = [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { serving.cancel() }
      source.resume()
      return source
    }
    defer { for source in signals { source.cancel() } }
    let outcome = Mutex<Result<Void, any Error>>(.success(()))
    let end = DispatchSemaphore(value: 0)
    Task {
      let result = await serving.result
      outcome.withLock { $0 = result }
      end.signal()
    }
    end.wait()
    if serving.isCancelled {
      if let socket { try FileManager.default.removeItem(atPath: socket) }
    } else {
      try outcome.withLock { try $0.get() }
    }
  }
}
