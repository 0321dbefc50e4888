import Foundation
package import SystemPackage

/// The receiving end of sd_notify(3): a socket that collects what a service reports to its manager.
package final class NotifySocket: Sendable {
  /// The value of NOTIFY_SOCKET in the service's environment.
  package let path: FilePath
  /// One message per datagram, in order. Ends when this object is released.
  package let messages: AsyncStream<String>

  private let descriptor: Int32

  /// - Parameter path: must not exist yet; at most 107 bytes.
  package init(_ path: FilePath) throws {
    self.path = path
    let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.string.utf8)
    precondition(bytes.count < MemoryLayout.size(ofValue: address.sun_path), "too long: \(path)")
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
    let bound = unsafe withUnsafePointer(to: &address) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard descriptor >= 0, bound == 0 else { throw Errno(rawValue: errno) }
    self.descriptor = descriptor
    let (messages, continuation) = AsyncStream.makeStream(of: String.self)
    self.messages = messages
    Thread {
      var buffer = [UInt8](repeating: 0, count: 65_536)
      while true {
        let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
        guard count > 0 else { break }
        continuation.yield(String(decoding: buffer[..<count], as: UTF8.self))
      }
      continuation.finish()
      close(descriptor)
    }.start()
  }

  deinit {
    // Wakes the thread, which then reads nothing more and closes it.
    shutdown(descriptor, Int32(SHUT_RDWR))
  }

  /// The first message in which a line begins with `start`; nil if no more messages can arrive.
  package func message(beginning start: String) async -> String? {
    for await message in messages
    where message.split(separator: "\n").contains(where: { $0.hasPrefix(start) }) {
      return message
    }
    return nil
  }
}
