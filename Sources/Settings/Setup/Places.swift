package import SystemPackage

/// The folders that pictures arrive in and are moved to.
package struct Folders: Hashable, Sendable {
  package let inbox: FilePath
  package let mined: FilePath
  /// Which mined pictures are kept.
  package let keptMined: KeptPictures
  package let quarantine: FilePath
  /// The most pictures in quarantine.
  package let quarantineLimit: Int
  /// How long a file in the inbox must stay unchanged if it may still be being written.
  package let quietTime: Duration
  /// Checks that they are separate from all other paths of the settings.
  package let paths: PathCheck
}

/// The files that Misfire writes.
package struct DataFiles: Hashable, Sendable {
  package let features: FilePath
  package internal(set) var liveModel: FilePath
  package let ledger: FilePath
  /// The folder of every generation's model.
  package let models: FilePath
  /// The number of models kept besides those that must be; nil: all.
  package let keptModels: Int?
  /// A folder for log files; nil if messages only go to the journal or stderr.
  package let log: FilePath?
  /// Nil if no page is written.
  package let report: FilePath?
  /// Nil if no metrics are written.
  package let metrics: FilePath?
}
