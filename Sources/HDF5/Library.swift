internal import CHDF5
internal import Synchronization
internal import SystemPackage

/// All calls to the HDF5 library go through here: one at a time, and a failure carries the library's own message.
///
/// Debian's HDF5 has its own lock, other builds have none; this lock works with both.
enum Library {
  private static let lock = Mutex(())

  /// Keeps the library from cleaning up at exit. Everything here is closed by its owner, and the clean-up would crash
  /// on data that a full disk kept from being written.
  private static let isStarted: Bool = H5dont_atexit() >= 0

  /// Makes a call that returns a negative number on failure.
  static func call<Result: SignedInteger>(
    _ what: @autoclosure () -> String, _ path: FilePath, _ body: () -> Result
  ) throws(HDF5Error) -> Result {
    let (result, words) = lock.withLock { _ in
      precondition(isStarted)
      // Each thread has an error stack, which the library would print by default.
      H5Eset_auto2(hid_t(H5E_DEFAULT), nil, nil)
      let result = body()
      return (result, result < 0 ? errorText() : "")
    }
    guard result >= 0 else { throw HDF5Error(path: path, call: what(), words: words) }
    return result
  }

  /// Closes the object behind an identifier, whatever its type.
  static func release(_ id: hid_t) {
    lock.withLock { _ in
      H5Eset_auto2(hid_t(H5E_DEFAULT), nil, nil)
      // Call the type's own close function: if closing fails, `H5Idec_ref` keeps the object half taken apart.
      _ =
        switch H5Iget_type(id) {
        case H5I_FILE: H5Fclose(id)
        case H5I_DATASET: H5Dclose(id)
        case H5I_ATTR: H5Aclose(id)
        case H5I_DATASPACE: H5Sclose(id)
        case H5I_DATATYPE: H5Tclose(id)
        case H5I_GROUP: H5Gclose(id)
        default: H5Pclose(id)
        }
    }
  }

  /// The innermost message of this thread's error stack, which gives the cause. The caller says what it was trying to
  /// do.
  private static func errorText() -> String {
    var innermost: String?
    unsafe withUnsafeMutablePointer(to: &innermost) {
      _ = unsafe H5Ewalk2(
        hid_t(H5E_DEFAULT), H5E_WALK_UPWARD,
        { _, error, innermost in
          if let text = unsafe error?.pointee.desc {
            unsafe innermost?.assumingMemoryBound(to: String?.self).pointee = String(cString: text)
          }
          // Stop here.
          return 1
        }, $0)
    }
    return innermost ?? "HDF5 gives no reason"
  }
}

/// Owns one of the library's identifiers.
struct Handle: ~Copyable, Sendable {
  let id: hid_t
  /// The file that the identifier belongs to, for messages.
  let path: FilePath

  /// Makes the call that returns the identifier.
  init(_ what: @autoclosure () -> String, _ path: FilePath, _ body: () -> hid_t)
    throws(HDF5Error)
  {
    id = try Library.call(what(), path, body)
    self.path = path
  }

  deinit {
    Library.release(id)
  }
}
