import Foundation
package import SystemPackage

/// A disk that fails to read: Linux gives no secret that has not been set, and says EIO.
package enum BadSector {
  /// A file that can be opened and not be read.
  package static let path: FilePath = "/proc/sys/net/ipv6/conf/lo/stable_secret"

  /// Whether there is such a file here.
  package static let isThere: Bool = {
    do {
      let file = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec])
      defer { try? file.close() }
      var bytes = [UInt8](repeating: 0, count: 64)
      _ = try unsafe bytes.withUnsafeMutableBytes { try unsafe file.read(into: $0) }
      return false
    } catch {
      return error as? Errno == .ioError
    }
  }()

  /// From now on, whoever in this process has the file at `place` open can no longer read it.
  package static func spread(to place: FilePath) throws {
    let sector = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec])
    defer { try? sector.close() }
    for name in try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd") {
      let link = "/proc/self/fd/\(name)"
      guard let number = Int32(name),
        (try? FileManager.default.destinationOfSymbolicLink(atPath: link)) == place.string
      else { continue }
      _ = try sector.duplicate(as: FileDescriptor(rawValue: number))
    }
  }
}
