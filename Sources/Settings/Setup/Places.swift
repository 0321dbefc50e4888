package import SystemPackage

/// The folders that pictures come to and go to.
package struct Folders: Hashable, Sendable {
  package let inbox: FilePath
  package let mined: FilePath
  /// Which mined pictures are kept.
  package let keptMined: KeptPictures
  package let quarantine: FilePath
  /// The most pictures in quarantine.
  package let quarantineLimit: Int
  /// How long a file in the inbox that may still be written to must lie unchanged.
  package let quietTime: Duration
  /// That they lie apart from all other paths of the settings.
  package let paths: PathCheck
}

/// The files that Misfire writes.
package struct DataFiles: Hashable, Sendable {
  package let features: FilePath
  package internal(set) var liveModel: FilePath
  package let ledger: FilePath
  /// The folder of every generation's model.
  package let models: FilePath
  /// How many models are kept beside those that must be; nil: all.
  package let keptModels: Int?
  /// A folder for log files; nil: the journal or stderr alone.
  package let log: FilePath?
  /// Nil where no page is kept.
  package let report: FilePath?
  /// Nil where no metrics are written.
  package let metrics: FilePath?
}
