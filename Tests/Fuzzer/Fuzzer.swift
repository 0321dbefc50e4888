import Fuzzing
import Glibc

/// The kind of input that `MISFIRE_FUZZED_INPUT` names.
private let input: FuzzedInput = {
  let name = unsafe getenv("MISFIRE_FUZZED_INPUT").map { unsafe String(cString: $0) } ?? ""
  guard let input = FuzzedInput(rawValue: name) else {
    fatalError(
      "MISFIRE_FUZZED_INPUT is one of \(FuzzedInput.allCases.map(\.rawValue).joined(separator: ", "))"
    )
  }
  return input
}()

/// What libFuzzer calls, over and over.
/// - SeeAlso: https://llvm.org/docs/LibFuzzer.html
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  input.read(unsafe Array(UnsafeBufferPointer(start: start, count: count)))
  return 0
}
