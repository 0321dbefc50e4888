#if canImport(Glibc)
  internal import Glibc
#endif

/// Whether this is an AddressSanitizer or ThreadSanitizer build. Those need terabytes of address space and system calls of
/// their own, so decoders then run without memory limits and without the sandbox.
package enum Sanitizer {
  package static var isActive: Bool {
    ["__asan_init", "__tsan_init"].contains { (name: String) in unsafe dlsym(nil, name) != nil }
  }
}
