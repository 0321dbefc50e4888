import Annotations
import Durable
import Pictures
import SystemPackage
import Testing

@testable import Corpus
@testable import Daemon
@testable import HDF5
@testable import Scheduling

/// The catalog advises by the cause, so a wrong cause is wrong advice.
@Suite struct `The cause of a failure` {
  private static let path: FilePath = "/site/file"

  private static let causes: [(Errno, Failure.Cause)] = [
    (.noSpace, .diskFull),
    (.diskQuotaExceeded, .diskFull),
    (.permissionDenied, .notPermitted),
    (.notPermitted, .notPermitted),
    (.readOnlyFileSystem, .readOnly),
    (.ioError, .inputOutput),
    (.badMessage, .inputOutput),
    // A network file system whose server is away.
    (.staleNFSFileHandle, .inputOutput),
    (.timedOut, .inputOutput),
    (.noLocks, .inputOutput),
    (.socketNotConnected, .inputOutput),
    (.socketShutdown, .inputOutput),
    (.connectionReset, .inputOutput),
    (.hostIsDown, .inputOutput),
    (.noRouteToHost, .inputOutput),
    (.networkDown, .inputOutput),
    (.networkUnreachable, .inputOutput),
    // EUCLEAN and EREMOTEIO
    (Errno(rawValue: 117), .inputOutput),
    (Errno(rawValue: 121), .inputOutput),
    (.noSuchFileOrDirectory, .missing),
    (.isDirectory, .wrongKind),
    (.notDirectory, .wrongKind),
    (.tooManySymbolicLinkLevels, .wrongKind),
    (.tooManyOpenFiles, .limit),
    (.tooManyOpenFilesInSystem, .limit),
    (.noMemory, .limit),
  ]

  @Test(arguments: causes)
  func `is the system's error, whoever meets it`(code: Errno, cause: Failure.Cause) {
    let told = HDF5Error(
      path: Self.path, call: "read features",
      words: """
        file read failed: time = Mon Nov  9 09:00:00 2026
        , filename = '/site/file', file descriptor = 7, errno = \(code.rawValue), error message = '\(code)', buf = 0x1
        """)
    let opening = HDF5Error(path: Self.path, notReadable: code)
    let errors: [any Error] = [
      code, DurableError(code, "write", Self.path), told, opening,
      LedgerError(DurableError(code, "make", Self.path), path: Self.path),
      LedgerError(code, path: Self.path),
      ModelError(Self.path, unusable: told, "train a new one"),
      ModelError(Self.path, unusable: opening, "train a new one"),
      AnnotationError(Self.path, "it cannot be read", code: code),
      PictureUnreadable(path: Self.path, reason: code),
    ]
    for error in errors {
      let failure = Failure(error, during: .seal)
      #expect(failure.cause == cause, "\(type(of: error)): \(error)")
      #expect(!failure.words.contains("train a new one") && !failure.words.contains("--repair"))
    }
  }

  @Test func `is damage where the system gives everything`() {
    let told = HDF5Error(
      path: Self.path, call: "read features", words: "inflate() failed")
    for error in [
      told, FeatureFileError(unreadable: told),
      ModelError(Self.path, unusable: told, "train a new one"),
    ] as [any Error] {
      #expect(Failure(error, during: .train).cause == .damaged, "\(error)")
    }
    #expect("\(FeatureFileError(unreadable: told))".contains("`misfire verify --repair`"))
  }

  @Test func `is not a full disk where a picture is too long`() {
    func cause(_ reason: Errno) -> Failure.Cause {
      Failure(PictureUnreadable(path: Self.path, reason: reason), during: .remine).cause
    }
    #expect(cause(.fileTooLarge) == .unusableData)
    #expect(cause(.invalidArgument) == .wrongKind)
  }
}
