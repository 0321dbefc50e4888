#if canImport(Glibc)
  internal import Glibc
#endif

/// Whether this build looks for errors in memory or between threads, for which it needs terabytes of address space and
/// system calls of its own: no limits and no filter then.
package enum Sanitizer {
  package static var isActive: Bool {
    ["__asan_init", "__tsan_init"].contains { (name: String) in unsafe dlsym(nil, name) != nil }
  }
}
