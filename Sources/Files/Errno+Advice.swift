internal import Glibc
package import SystemPackage

extension Errno {
  /// Whether a disk fails, or the network to it.
  package var isDiskFailure: Bool {
    let ofDisk: [Errno] = [
      .ioError,
      // What Linux says of a damaged file system.
      .badMessage, Errno(rawValue: EUCLEAN),
    ]
    let ofNetwork: [Errno] = [
      .staleNFSFileHandle, .timedOut, .noLocks, .hostIsDown, .noRouteToHost, .networkDown,
      .networkUnreachable, .networkReset, .connectionAbort, .connectionRefused, .connectionReset,
      .socketNotConnected, .socketShutdown, Errno(rawValue: EREMOTEIO),
    ]
    return ofDisk.contains(self) || ofNetwork.contains(self)
  }

  /// What to do about a file or folder that cannot be read because of this error.
  package var readingAdvice: String {
    switch self {
    case _ where isDiskFailure: "check for a failing disk, or a network that is down"
    case .tooManyOpenFiles, .tooManyOpenFilesInSystem, .noMemory:
      "raise that limit, or end what uses so much"
    default: "check that it exists and is readable"
    }
  }
}
