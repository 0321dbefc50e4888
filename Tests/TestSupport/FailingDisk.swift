package import Durable
import Synchronization
package import SystemPackage

/// A disk that refuses some operations and performs the rest.
package final class FailingDisk: Disk {
  private let reason: Errno
  private let isRefused: @Sendable (DiskOperation) -> Bool

  package init(
    _ reason: Errno = .ioError, refusing isRefused: @escaping @Sendable (DiskOperation) -> Bool
  ) {
    self.reason = reason
    self.isRefused = isRefused
  }

  package func perform(_ operation: DiskOperation) throws(DurableError) {
    if isRefused(operation) {
      throw DurableError(reason, "carry out", operation.path)
    }
    try SystemDisk().perform(operation)
  }
}

/// A disk that fails once, at the operation with a given number.
package final class BrieflyFailingDisk: Disk {
  private let failing: Int
  private let performed = Atomic(0)

  package init(at failing: Int) {
    self.failing = failing
  }

  package var count: Int { performed.load(ordering: .relaxed) }

  package func perform(_ operation: DiskOperation) throws(DurableError) {
    if performed.wrappingAdd(1, ordering: .relaxed).oldValue == failing {
      throw DurableError(.ioError, "carry out", operation.path)
    }
    try SystemDisk().perform(operation)
  }
}
