import Testing

@testable import Daemon
@testable import Inotify

@Suite struct `What wakes the loop` {
  @Test func `is a file, where there is one`() {
    for change: (inout FolderNews) -> Void in [
      { $0.wasWritten = true }, { $0.hasNewNames = true }, { $0.add(movedIn: "scene.jpg") },
    ] {
      var news = FolderNews()
      news.state = .watched
      change(&news)
      var wakes = Wakes()
      wakes.add(news)
      #expect(wakes.hasInboxNews && wakes.inboxState == nil)
    }
  }

  @Test func `is a watch that was found anew, which tells of no file`() {
    var news = FolderNews()
    (news.state, news.isStateNew) = (.missing, true)
    var wakes = Wakes()
    wakes.add(news)
    #expect(!wakes.hasInboxNews && wakes.inboxState == .missing)
  }
}
