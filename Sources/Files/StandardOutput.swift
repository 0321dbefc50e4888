internal import CLinux

/// Writes what is still buffered of standard output.
/// - Returns: whether that, and everything before, could be written.
package func flushStandardOutput() -> Bool { clinux_flush_output() != 0 }
