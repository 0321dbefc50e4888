import Durable

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
