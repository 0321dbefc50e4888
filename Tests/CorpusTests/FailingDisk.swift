import Durable
import Synchronization

/// The disk, but for the operations it refuses.
final class FailingDisk: Disk {
  private let isRefused: @Sendable (DiskOperation) -> Bool

  init(refusing isRefused: @escaping @Sendable (DiskOperation) -> Bool) {
    self.isRefused = isRefused
  }

  func perform(_ operation: DiskOperation) throws(DurableError) {
    if isRefused(operation) {
      throw DurableError(.ioError, "carry out", operation.path)
    }
    try SystemDisk().perform(operation)
  }
}

/// The disk, which fails once, at the operation of a certain number.
final class BrieflyFailingDisk: Disk {
  private let failing: Int
  private let performed = Atomic(0)

  init(at failing: Int) {
    self.failing = failing
  }

  var count: Int { performed.load(ordering: .relaxed) }

  func perform(_ operation: DiskOperation) throws(DurableError) {
    if performed.wrappingAdd(1, ordering: .relaxed).oldValue == failing {
      throw DurableError(.ioError, "carry out", operation.path)
    }
    try SystemDisk().perform(operation)
  }
}
