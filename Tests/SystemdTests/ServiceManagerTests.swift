import Foundation
import TestSupport
import Testing

@testable import Systemd

@Suite(.serialized, .timeLimit(.minutes(5))) struct `The service manager` {
  @Test func `is told nothing where there is none`() {
    ServiceManager.tell(.ready)
  }

  @Test func `gets everything that is told at once in one message`() async throws {
    try await withTemporaryFolder { folder in
      let manager = try NotifySocket(folder.appending("notify"))
      // In a process of its own: other tests read the environment of this one at any moment.
      await #expect(processExitsWith: .success) { [socket = manager.path.string as String] in
        setenv("NOTIFY_SOCKET", socket, 1)
        ServiceManager.tell(.ready, .status("mining 1 of 2\nREADY=0"))
        ServiceManager.tell(.stopping)
        ServiceManager.tell(.watchdog)
      }
      #expect(await manager.message(beginning: "READY") == "READY=1\nSTATUS=mining 1 of 2 READY=0")
      #expect(await manager.message(beginning: "STOPPING") == "STOPPING=1")
      #expect(await manager.message(beginning: "WATCHDOG") == "WATCHDOG=1")
    }
  }

  @Test func `learns since when settings are being reloaded`() throws {
    let assignments = ServiceNotification.reloading.assignments
    #expect(assignments.first == "RELOADING=1")
    let stamp = try #require(assignments.last?.split(separator: "="))
    let uptime = Double(
      try String(contentsOfFile: "/proc/uptime", encoding: .utf8).prefix { $0 != " " })
    #expect(stamp.first == "MONOTONIC_USEC")
    // The machine's uptime counts from the same moment but includes time asleep.
    #expect(try #require(Double(stamp[1])) / 1e6 <= #require(uptime) + 1)
  }
}
