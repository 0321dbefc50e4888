internal import Logging

/// The kinds of messages that the journal's catalog, systemd/misfire.catalog, explains.
enum MessageID: String, CaseIterable {
  case started = "eb4b24ac02bf4498b85bce4008383205"
  case stopped = "981bfa49458e49829842fc1f934e3378"
  case crashedBefore = "426c7fbe36c14f2ebffee7757ca8d2fc"
  case waitsForModel = "593854dc3de641b581a7bafa30350d40"
  case modelSwitched = "7085c82081fe42c9a958029b9f8302ef"
  case modelRestored = "657ba118419e45aeba2610956b05150b"
  case modelDisplaced = "ac3e0c92ff0f4059b6c75b0cef4d5be2"
  case mined = "0e768d4f26a345cca4f234d05c099453"
  case setAside = "993a44b169ea4c3886dba4efd753a085"
  case intakeStopped = "00a1d885268d43cb994db8dd1e85f98a"
  case intakeResumed = "e031649ea746483c928a0cb57c036a4b"
  case remined = "633dd192dd2444e581b780becb91d3df"
  case deletedMined = "452bfa1ba8b34c6c939bf326e68c1d41"
  case skipped = "8959fdfe0b3b4ec696a765e0b0d5677f"
  case known = "269af2bae5374e7b8de2e79a5e6cddd1"
  case heldOut = "44179152f1fe4826913882f6c31d25cb"
  case quarantined = "3b8cadef0bd74b3bac812b4f1a2be8f9"
  case quarantineFull = "82743223b24f453db99780bcf7147087"
  case leftInPlace = "42c60f550060453489631e2ea360ba8f"
  case diedTraining = "1ee538d9eb064564b3bd48772fb0e7d0"
  case trainingStarted = "deb7e6fe8819480b8ca2ab0852c8af8b"
  case modelPublished = "281ee64630034159b204543a35ba08b8"
  case modelUnjudged = "e1c9026b2c004bfa9874478247fd55cf"
  case modelKept = "ce7d4c4185c44317aaefc09b611d9ff0"
  case modelRefused = "9d9241d9c88f4e57bf2fbb820453b929"
  case learningStalls = "c7a4abb3784a43269f1c2c6318bed600"
  case nothingLearnt = "90687402c84549beba0d282da9617e66"
  case leftOut = "4db05726abde41979cf92765d90cf4d8"
  case notConverged = "9bfc934756fe4891ada44eae32c560a4"
  case retired = "09ebe47b2793409ea008bcd518d8f902"
  case allNeeded = "6396c3870ae041588bfebf7ee2f23051"
  case dataLeftOut = "8b518cfc76c048d29ce622aaf34a5050"
  case failing = "9efdbc8108ef4f04be9bc77db14ab95b"
  case waitsForLock = "5b7599365d624254b024fbb7a2f192f2"
  case hasLock = "7fab28717c694f8b8a9e8dacf0e7e472"
  case recovered = "245746003e004e79b344423c6feca09f"
  case notWatched = "0a5ed0f66e8b4c9f93059741b909d96f"
  case foundByRescan = "75cb5cd1a5cd43479fb66f7e09dd1254"
  case eventsLost = "f353634f5ca6438ba613e00b894c4982"
  case cannotStart = "205df9b498f64e78a897ce5c48a83004"
  case reloaded = "d5e6ae56549d4b918be81bdaba62c309"
  case pathsElsewhere = "7bcbced2c8a1414a9b40a95e1ff45a1d"
  case reloadRejected = "91e8ab1515d34d3186296775d5577435"

  /// Its importance: a person need only look at warnings and above.
  var level: Logger.Level {
    switch self {
    case .mined, .known, .deletedMined, .heldOut, .foundByRescan, .trainingStarted: .info
    case .started, .stopped, .intakeResumed, .remined, .modelSwitched, .modelPublished,
      .modelKept,
      .nothingLearnt, .retired, .recovered, .reloaded, .waitsForLock,
      .hasLock, .pathsElsewhere:
      .notice
    case .waitsForModel, .modelRestored, .modelDisplaced, .setAside, .intakeStopped, .quarantined,
      .leftInPlace, .quarantineFull,
      .skipped, .modelUnjudged, .modelRefused, .learningStalls, .leftOut, .dataLeftOut,
      .allNeeded,
      .notConverged, .notWatched, .eventsLost, .crashedBefore, .diedTraining:
      .warning
    case .failing, .reloadRejected: .error
    case .cannotStart: .critical
    }
  }
}
