internal import Annotations
internal import Corpus
internal import Detecting
internal import Durable
internal import Files
internal import HDF5
internal import Mining
internal import Pictures
internal import Raster
internal import Scheduling
internal import Settings
internal import SystemPackage
internal import Training

// The only place that decides what a thrown error means: by its type and its code, never by its message.

extension Failure {
  init(_ error: any Error, during activity: Activity) {
    let (cause, path) = Self.meaning(of: error)
    // A start is tried again; a reload is not.
    let waited = activity == .start ? (error as? SecondDaemon)?.whileWaiting : nil
    self.init(activity, cause, path, words: waited ?? "\(error)")
  }

  private static func meaning(of error: any Error) -> (Cause, FilePath?) {
    switch error {
    case let error as DurableError: (Cause(error.code), error.path)
    case let error as FolderUnreadable: (Cause(error.reason), error.folder)
    case let error as PictureUnreadable: (Cause(error), error.path)
    case let error as HDF5Error: (error.code.map { Cause($0) } ?? .damaged, error.path)
    case let error as LedgerError: (Cause(error.cause), error.path)
    case let error as FeatureFileError: (Cause(error.cause), error.path)
    case let error as ModelError: (Cause(error.cause), error.path)
    case let error as ForeignFile: (.wrongKind, error.path)
    case let error as FileLock.Held: (.locked, error.path)
    case let error as SettingsError: (.wrongSettings, error.path)
    case let error as SecondDaemon: (.alreadyRunning, error.statePath)
    case let error as UnusableRows: (.unusableData, error.path)
    case let error as PictureRefused: (.unusableData, error.path)
    case let error as PictureChanged: (.unusableData, error.path)
    case let error as NoModel: (.missing, error.path)
    case let error as ModelFromElsewhere: (.unusableData, error.path)
    case let error as AnnotationError:
      (error.code.map { Cause($0) } ?? .unusableData, error.path)
    case let error as ClassNotChosen: (.unusableData, error.path)
    case let error as Experiment.Unreadable: (Cause(error.reason), error.path)
    case let error as Experiment.Damaged: (.damaged, error.path)
    case is ObjectLost: (.unusableData, nil)
    case is NoPictures, is NothingDrawn: (.unusableData, nil)
    case RasterError.noDecoder: (.noDecoder, nil)
    case let error as Errno: (Cause(error), nil)
    default: (.unknown, nil)
    }
  }
}

extension Failure.Cause {
  init(_ code: Errno) {
    self =
      switch code {
      case _ where code.isDiskFailure: .inputOutput
      case .noSpace, .diskQuotaExceeded, .fileTooLarge: .diskFull
      case .permissionDenied, .notPermitted: .notPermitted
      case .readOnlyFileSystem: .readOnly
      case .wouldBlock, .resourceBusy: .locked
      case .noSuchFileOrDirectory: .missing
      case .notDirectory, .isDirectory, .fileExists, .tooManySymbolicLinkLevels: .wrongKind
      case .tooManyOpenFiles, .tooManyOpenFilesInSystem, .noMemory: .limit
      default: .unknown
      }
  }

  init(_ error: PictureUnreadable) {
    self =
      switch error.reason {
      // It is not a regular file, or longer than any picture.
      case .invalidArgument: .wrongKind
      case .fileTooLarge: .unusableData
      default: Self(error.reason)
      }
  }

  init(_ cause: LedgerError.Cause) {
    self =
      switch cause {
      case .locked: .locked
      case .diskFull: .diskFull
      case .refused(let code): Self(code)
      case .unreachable: .notPermitted
      case .damaged: .damaged
      case .foreign: .wrongKind
      case .newer, .takenBack, .otherLive: .unusableData
      case .inputOutput: .inputOutput
      case .other: .unknown
      }
  }

  init(_ cause: FeatureFileError.Cause) {
    self =
      switch cause {
      case .noFeatures: .missing
      case .damaged, .unverified, .disagreesWithLedger: .damaged
      case .otherSettings: .unusableData
      }
  }

  init(_ cause: ModelError.Cause) {
    self =
      switch cause {
      case .incomplete, .damaged, .turnedOver: .damaged
      case .unreadable(let code): Self(code)
      case .otherSettings: .unusableData
      case .missing, .unknownGeneration: .missing
      }
  }
}
