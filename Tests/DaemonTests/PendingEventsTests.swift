import Foundation
import Inotify
import Scheduling
import Synchronization
import SystemPackage
import Testing

@testable import Daemon

@Suite struct `Pending events` {
  private func news(_ news: FolderNews) -> InboxNews {
    InboxNews(news, networkFileSystem: nil)
  }

  @Test(arguments: [FolderNews.movedIn("scene.jpg"), .created, .written])
  func `tell of a file, where there is one`(happened: FolderNews) {
    #expect(news(happened).tellsOfFiles && news(happened).watch == nil)
  }

  @Test func `tell of a watch that was found anew, which is no file`() {
    #expect(!news(.watch(.missing)).tellsOfFiles && news(.watch(.missing)).watch == .missing)
  }

  @Test func `are one of each kind, however much has happened, and outcomes come whole`() {
    var pending = PendingEvents()
    for index in 0..<1_000 {
      pending.add(.inboxNews(news(.overflowed)))
      pending.add(.inboxNews(news(.movedIn(.init("\(index % 3).jpg")!))))
      pending.add(.modelFolderChanged)
      pending.add(.reloadRequested)
      pending.add(.sealProgressed)
      pending.add(.pictureScanned)
      pending.add(.woke)
    }
    pending.add(.metricsWritten(.success(Done())))
    pending.add(.reportWritten(.success(Done())))
    let events = pending.events()
    #expect(events.count == 7)
    guard case .reloadRequested = events[0], case .inboxNews(let news) = events[1] else {
      Issue.record("\(events)")
      return
    }
    #expect(news.overflowCount == 1_000 && news.movedIn.count == 3)
  }

  @Test func `remember a bounded number of names`() {
    var pending = InboxNews()
    for index in 0..<OperationalLimits.movedInLimit + 10 {
      pending.add(news(.movedIn(.init("\(index).jpg")!)))
    }
    #expect(pending.movedIn.count == OperationalLimits.movedInLimit)
  }

  @Test func `say that time is up only where nothing else has happened`() {
    var pending = PendingEvents()
    pending.add(.woke)
    let events = pending.events()
    guard case .woke? = events.first else {
      Issue.record("\(events)")
      return
    }
  }
}

@Suite struct `Signs of life` {
  @Test func `are posted once a second, however many pictures are scanned`() async {
    let time = Mutex(ContinuousClock.now)
    let clock = DaemonClock(
      now: { time.withLock { $0 } }, date: { Date() },
      sleep: { _ in try await Task.sleep(for: .seconds(60)) })
    let mailbox = Mailbox()
    let signs = SignsOfLife(mailbox, clock: clock)
    for _ in 0..<100 { signs.pictureScanned() }
    mailbox.post(.modelFolderChanged)
    // The second had not passed yet.
    #expect(await mailbox.events(until: clock.now(), clock: clock).count == 1)
    time.withLock { $0 += .seconds(1) }
    for _ in 0..<100 { signs.pictureScanned() }
    #expect(await mailbox.events(until: clock.now(), clock: clock).count == 1)
    signs.pictureScanned()
    mailbox.post(.modelFolderChanged)
    guard case .modelFolderChanged? = await mailbox.events(until: clock.now(), clock: clock).first
    else {
      Issue.record("a second sign in the same second")
      return
    }
  }
}
