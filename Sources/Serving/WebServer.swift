internal import Dispatch
internal import FlyingFox
internal import FlyingSocks
internal import Foundation
internal import Glibc
package import Settings
package import SystemPackage

/// Where the pages are served.
package enum Place: Sendable {
  /// Port on 127.0.0.1; 0 means any free port.
  case port(UInt16)
  /// A Unix socket. The folder's permissions restrict access too.
  case socket(FilePath)
}

/// Serves the pages, one request at a time, until the task is cancelled.
///
/// Only this type uses FlyingFox.
package struct WebServer: Sendable {
  private let pages: Pages
  private let place: Place
  /// Mining calls block, which would stall a pool of two threads such as SwiftNIO's.
  private let queue = DispatchQueue(label: "misfire.serve")

  /// - Parameter setup: reads the settings; called for each request.
  package init(at place: Place, setup: @escaping @Sendable () throws -> Setup) {
    self.place = place
    pages = Pages(setup: setup)
  }

  /// - Parameter ready: called with the link once the server accepts connections.
  package func run(ready: @escaping @Sendable (String) -> Void) async throws {
    let handler = ClosureHTTPHandler { request in try await answer(request) }
    let server: HTTPServer
    switch place {
    case .port(let port):
      server = HTTPServer(
        address: try sockaddr_in.inet(ip4: "127.0.0.1", port: port), timeout: 600,
        logger: .disabled, handler: handler)
    case .socket(let path):
      try Self.requireFree(path)
      server = HTTPServer(
        address: sockaddr_un.unix(path: path.string), timeout: 600, logger: .disabled,
        handler: handler)
    }
    do {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await server.run() }
        group.addTask {
          try await server.waitUntilListening()
          ready(await link(of: server))
        }
        // The first task to fail ends both, and its error is thrown.
        for try await _ in group {}
      }
    } catch SocketError.failed(_, let code, _) {
      throw PlaceUnusable(place: place, reason: Errno(rawValue: code))
    }
  }

  private func link(of server: HTTPServer) async -> String {
    var host = "localhost"
    if case .ip4(_, let port) = await server.listeningAddress { host = "127.0.0.1:\(port)" }
    return "http://\(host)/?token=\(pages.door.token)"
  }

  /// The longest path of a Unix socket, in bytes.
  private static let longestPath = 107

  private static func requireFree(_ path: FilePath) throws {
    guard path.string.utf8.count <= longestPath else {
      throw PlaceUnusable(place: .socket(path), reason: .fileNameTooLong)
    }
    guard !FileManager.default.fileExists(atPath: path.string) else {
      throw PlaceTaken(path: path)
    }
  }

  private func answer(_ request: HTTPRequest) async throws -> HTTPResponse {
    var visit = Visit(
      request.method == .GET ? .get : request.method == .POST ? .post : .other, request.path)
    visit.query = Dictionary(request.query.map { ($0.name, $0.value) }) { first, _ in first }
    for (name, value) in request.headers { visit.headers[name.rawValue.lowercased()] = value }
    if visit.method == .post {
      guard let count = request.bodySequence.count, count <= Visit.longestForm else {
        return HTTPResponse(statusCode: .payloadTooLarge)
      }
      visit.form = Visit.fields(String(decoding: try await request.bodyData, as: UTF8.self))
    }
    let answer = await withCheckedContinuation { continuation in
      queue.async { [visit] in continuation.resume(returning: pages.answer(to: visit)) }
    }
    var headers = HTTPHeaders()
    for (name, value) in answer.headers { headers[HTTPHeader(name)] = value }
    return HTTPResponse(
      statusCode: HTTPStatusCode(answer.status, phrase: ""), headers: headers, body: answer.body)
  }
}

/// A file already exists at the socket's path.
package struct PlaceTaken: Error, CustomStringConvertible {
  package let path: FilePath

  package var description: String {
    "\(path) exists: choose another socket, or remove it if no `misfire serve` is using it"
  }
}

/// The system refuses to listen at this place.
package struct PlaceUnusable: Error, CustomStringConvertible {
  let place: Place
  let reason: Errno

  package var description: String {
    switch place {
    case .port(let port):
      "cannot listen on 127.0.0.1:\(port): \(reason); choose another --port, or 0 for any free port"
    case .socket(let path): "cannot listen on \(path): \(reason); choose another --socket"
    }
  }
}
