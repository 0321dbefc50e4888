internal import Dispatch
internal import Synchronization

/// Maps `0..<count` through `body` on up to `threads` threads, the calling one among them.
///
/// Indices are handed out one at a time, in order, so uneven work is distributed evenly; the results are in input order
/// whatever the threads do. `body` may itself map concurrently.
///
/// - Parameters:
///   - count: how many results are wanted, at least 0.
///   - threads: at least 1; with 1 everything runs on the calling thread.
/// - Throws: the error of the lowest index that failed. Indices after a failure are not begun.
package func concurrentMap<Element: Sendable, Failure: Error>(
  count: Int, threads: Int, body: @Sendable (Int) throws(Failure) -> Element
) throws(Failure) -> [Element] {
  precondition(count >= 0 && threads >= 1, "\(count) results on \(threads) threads")
  let next = Atomic(0)
  let results = Mutex([Result<Element, Failure>?](repeating: nil, count: count))
  DispatchQueue.concurrentPerform(iterations: min(threads, count)) { _ in
    while true {
      let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
      guard index < count else { return }
      let result = Result { () throws(Failure) in try body(index) }
      if case .failure = result { next.store(count, ordering: .relaxed) }
      results.withLock { $0[index] = result }
    }
  }
  // Every index before a failed one had been handed out, so no gap comes before the first failure.
  return try results.withLock { $0 }.map { (result) throws(Failure) in try result!.get() }
}
