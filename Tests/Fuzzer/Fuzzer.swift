import Fuzzing
import Glibc

/// The kind of input named by `MISFIRE_FUZZED_INPUT`.
private let input: FuzzedInput = {
  let name = unsafe getenv("MISFIRE_FUZZED_INPUT").map { unsafe String(cString: $0) } ?? ""
  guard let input = FuzzedInput(rawValue: name) else {
    fatalError(
      "MISFIRE_FUZZED_INPUT is one of \(FuzzedInput.allCases.map(\.rawValue).joined(separator: ", "))"
    )
  }
  return input
}()

/// The function that libFuzzer calls repeatedly.
/// - SeeAlso: https://llvm.org/docs/LibFuzzer.html
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  input.read(unsafe Array(UnsafeBufferPointer(start: start, count: count)))
  return 0
}
