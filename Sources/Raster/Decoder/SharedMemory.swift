#if canImport(Glibc)
  internal import Glibc
#endif

/// Memory shared by two processes; each maps as much of it as it needs.
@safe package struct SharedMemory: ~Copyable {
  private let descriptor: Int32
  private var mapped: UnsafeMutableRawBufferPointer

  /// - Parameter descriptor: must stay open as long as this value lives; the caller closes it.
  package init(descriptor: Int32) {
    self.descriptor = descriptor
    unsafe mapped = UnsafeMutableRawBufferPointer(start: nil, count: 0)
  }

  deinit { unmap() }

  package var count: Int { unsafe mapped.count }

  /// Maps the first `count` bytes.
  /// - Returns: false if there is not enough address space; then nothing is mapped.
  package mutating func map(_ count: Int) -> Bool {
    guard count > self.count else { return true }
    unmap()
    unsafe mapped = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    guard
      let start = unsafe mmap(nil, count, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0),
      unsafe start != MAP_FAILED
    else { return false }
    unsafe mapped = UnsafeMutableRawBufferPointer(start: start, count: count)
    return true
  }

  /// The mapped bytes in `range`.
  @unsafe package func bytes(_ range: Range<Int>) -> UnsafeMutableRawBufferPointer {
    unsafe UnsafeMutableRawBufferPointer(rebasing: mapped[range])
  }

  /// Frees the memory's pages, for both processes.
  package func release() {
    guard count > 0 else { return }
    unsafe madvise(mapped.baseAddress!, mapped.count, MADV_REMOVE)
  }

  private func unmap() {
    guard count > 0 else { return }
    unsafe munmap(mapped.baseAddress!, mapped.count)
  }
}
