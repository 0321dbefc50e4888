internal import CLinux
package import SystemPackage

/// Writes what is still buffered of standard output.
/// - Throws: why that, or anything before, could not be written.
package func flushStandardOutput() throws(Errno) {
  let reason = clinux_flush_output()
  guard reason == 0 else { throw Errno(rawValue: reason) }
}
