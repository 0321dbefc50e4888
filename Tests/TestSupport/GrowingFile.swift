// Glibc and CLinux both declare sched_param; which one a build uses is unspecified.
internal import CLinux
import Foundation
import Synchronization
package import SystemPackage

/// A file that starts to grow when it is first read, and grows faster than it is read until it is stopped.
package final class GrowingFile: Sendable {
  private let isStopped = Atomic(false)
  private let ended = DispatchSemaphore(value: 0)

  /// - Parameters:
  ///   - path: where to create it.
  ///   - size: its size in bytes until then, all zero; some millions, so that it grows before they are read.
  ///   - growth: the most bytes that it grows by.
  package init(_ path: FilePath, size: Int, growth: Int) throws {
    try Data().write(to: URL(filePath: path.string))
    let file = try FileDescriptor.open(path, .writeOnly, options: [.closeOnExec])
    try file.resize(to: Int64(size))
    let watch = inotify_init1(Int32(IN_CLOEXEC) | Int32(IN_NONBLOCK))
    guard unsafe watch >= 0 && inotify_add_watch(watch, path.string, UInt32(IN_ACCESS)) >= 0 else {
      throw Errno(rawValue: errno)
    }
    Thread.detachNewThread { [self] in
      // Root may let it go before everything else that the machine does, so that it grows in time.
      var first = sched_param(sched_priority: 1)
      unsafe pthread_setschedparam(pthread_self(), SCHED_FIFO, &first)
      var poll = pollfd(fd: watch, events: Int16(POLLIN), revents: 0)
      while !isStopped.load(ordering: .relaxed), unsafe Glibc.poll(&poll, 1, 10) == 0 {}
      for more in stride(from: 1 << 20, through: growth, by: 1 << 20) {
        if isStopped.load(ordering: .relaxed) { break }
        try? file.resize(to: Int64(size + more))
      }
      close(watch)
      try? file.close()
      ended.signal()
    }
  }

  package func stop() {
    isStopped.store(true, ordering: .relaxed)
    ended.wait()
  }
}
