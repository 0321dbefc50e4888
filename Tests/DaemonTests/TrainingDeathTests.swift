import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Daemon
@testable import Durable
@testable import Scheduling
@testable import Training

@Suite(.timeLimit(.minutes(10))) struct `A death in training` {
  @Test func `is told, mining goes on, and the next training takes less memory`() async throws {
    try await withSite(["hn_retrain_threshold": "1", "training_memory": #""64 MiB""#]) { site in
      let killed = try DaemonProcess(
        conf: site.conf, environment: ["MISFIRE_FAULT_POINT": "\(FaultPoint.trained)"])
      for picture in site.pictures.prefix(8) { try site.move(picture) }
      #expect(await killed.end() == -SIGKILL)
      // Nothing is due to train on before the status has been read.
      try site.change(["hn_retrain_threshold": "1000"])
      let next = try DaemonProcess(conf: site.conf)
      #expect(
        await next.line("misfired died while training")?
          .contains("in 10 s at the earliest with rows of 16 MiB in memory") == true)
      let told = try site.misfire("status").output
      #expect(told.contains("wrong           misfired has died while training once"), "\(told)")
      try site.change(["hn_retrain_threshold": "1"])
      next.signal(SIGHUP)
      try site.copy(site.pictures[9])
      // On a slow machine, the pause can end before that picture is mined.
      let lines = await next.lines(
        ["info mined \(site.pictures[9])", "training on", "generation 2"], count: 3)
      #expect(lines.count == 3)
      #expect(
        lines.contains {
          $0.contains("training on") && $0.contains("with rows of 16 MiB in memory")
        }
      )
      #expect(await next.stop() == 0)
      // The machine has not changed: a later start trains with just as little memory, and has nothing to report.
      let mark = site.folder.appending(["output", "state.sqlite.training"])
      #expect(try String(contentsOfFile: mark.string, encoding: .utf8).hasPrefix("ended "))
    }
  }

  @Test func `is none where it was asked to stop`() async throws {
    try await withSite(["hn_retrain_threshold": "1"]) { site in
      let daemon = try DaemonProcess(conf: site.conf)
      for picture in site.pictures { try site.move(picture) }
      #expect(await daemon.line("training on") != nil)
      #expect(await daemon.stop() == 0)
      let next = try DaemonProcess(conf: site.conf)
      #expect(await next.line("watching") != nil)
      #expect(await next.stop() == 0)
      #expect(!next.log.contains { $0.contains("died while training") })
    }
  }

  @Test func `is counted until training_memory is another one`() throws {
    try withTemporaryFolder { folder in
      let state = folder.appending("state.sqlite")
      func deaths(_ memory: Int) throws -> TrainingDeaths {
        try TrainingMark(statePath: state).takeDeaths(memory: memory)
      }
      #expect(try deaths(100) == .none)
      for count in 1...3 {
        // A process that begins a training and never finishes it.
        try TrainingMark(statePath: state).died(memory: 100)
        #expect(try deaths(100) == TrainingDeaths(count: count, isNew: true, age: .zero))
        #expect(try deaths(100).isNew == false && deaths(100).count == count)
      }
      #expect(try deaths(200) == .none)
      #expect(try deaths(100).count == 3)
    }
  }

  @Test func `is none where the note was written by something else`() throws {
    try withTemporaryFolder { folder in
      let state = folder.appending("state.sqlite")
      for words in ["began \(Int.min) 0 100", "began \(Int.max) 0 100", "began 1 2"] {
        try Data(words.utf8).write(to: URL(filePath: "\(state).training"))
        #expect(try TrainingMark(statePath: state).takeDeaths(memory: 100) == .none)
      }
    }
  }

  /// The pause used to be over once the process that waited was killed.
  @Test func `is followed by the whole pause, whatever process waits`() throws {
    try withTemporaryFolder { folder in
      let state = folder.appending("state.sqlite")
      try TrainingMark(statePath: state).died(memory: 100)
      #expect(try TrainingMark(statePath: state).takeDeaths(memory: 100).isNew)
      let file = folder.appending("state.sqlite.training").string
      var words = try String(contentsOfFile: file, encoding: .utf8).split(separator: " ")
      let noticed = try #require(words.last.flatMap { Int($0.dropLast()) })
      words[4] = "\(noticed - 7)\n"
      try Data(words.joined(separator: " ").utf8).write(to: URL(filePath: file))
      let deaths = try TrainingMark(statePath: state).takeDeaths(memory: 100)
      let age = try #require(deaths.age)
      #expect(!deaths.isNew && age >= .seconds(7))
    }
  }

  /// `misfire status` used to call it wrong until the next reboot.
  @Test func `is nothing wrong any more once a training has worked`() throws {
    try withTemporaryFolder { folder in
      let state = folder.appending("state.sqlite")
      func count() throws -> Int { try TrainingMark.deathCount(statePath: state, memory: 100) }
      try TrainingMark(statePath: state).died(memory: 100)
      let mark = try TrainingMark(statePath: state)
      _ = try mark.takeDeaths(memory: 100)
      #expect(try count() == 1)
      for hasWorked in [false, true] {
        try mark.begin(memory: 100)
        #expect(try count() == 1)
        try mark.end(hasWorked: hasWorked)
        #expect(try count() == (hasWorked ? 0 : 1))
      }
      // It goes on with less memory.
      let next = try TrainingMark(statePath: state).takeDeaths(memory: 100)
      #expect(next == TrainingDeaths(count: 1, isNew: false))
    }
  }

  /// The next start used to count a death that never was.
  @Test func `is none where only the end could not be recorded at once`() throws {
    try withTemporaryFolder { folder in
      let state = folder.appending("state.sqlite")
      let mark = try TrainingMark(statePath: state)
      try mark.begin(memory: 100)
      let note = folder.appending("state.sqlite.training").string
      try FileManager.default.moveItem(atPath: note, toPath: note + ".away")
      try FileManager.default.createDirectory(
        atPath: note + "/in the way", withIntermediateDirectories: true)
      #expect(throws: (any Error).self) { try mark.end(hasWorked: true) }
      try FileManager.default.removeItem(atPath: note)
      try FileManager.default.moveItem(atPath: note + ".away", toPath: note)
      try mark.recordEnd()
      #expect(try TrainingMark(statePath: state).takeDeaths(memory: 100) == .none)
      try mark.recordEnd()
    }
  }

  @Test func `is forgotten where the machine has started anew since`() throws {
    try withTemporaryFolder { folder in
      let state = folder.appending("state.sqlite")
      try Data("began 1000000000 4 100\n".utf8).write(
        to: URL(filePath: folder.appending("state.sqlite.training").string))
      #expect(try TrainingMark(statePath: state).takeDeaths(memory: 100) == .none)
    }
  }
}

extension TrainingMark {
  /// Reads what earlier trainings left, then begins one.
  fileprivate func died(memory: Int) throws {
    _ = try takeDeaths(memory: memory)
    try begin(memory: memory)
  }
}
