internal import Files
import Inotify
import Scheduling
import SystemPackage

// What happens to the machine.

extension Simulation {
  func perform(_ act: Act.Kind) throws(Violation) {
    switch act {
    case .arrive(let name, let content, let arrival): arrive(name, content, arrival)
    case .vanish(let name):
      if let file = disk.inbox.removeValue(forKey: Disk.path(name)) {
        disk.removed.insert(file.content.number)
      }
    case .rename(let name, let new):
      if var file = disk.inbox.removeValue(forKey: Disk.path(name)) {
        file.entry = FolderEntry(
          path: Disk.path(new), kind: .file, inode: file.entry.inode,
          byteCount: file.entry.byteCount, modified: file.entry.modified)
        file.since = now
        if let old = disk.inbox[file.entry.path] { disk.removed.insert(old.content.number) }
        disk.inbox[file.entry.path] = file
        tellOfFile(movedIn: new)
      }
    case .replace(let name, let content):
      if let old = disk.inbox[Disk.path(name)] {
        disk.removed.insert(old.content.number)
        arrive(name, content, .movedIn)
      }
    case .emptyInbox:
      disk.removed.formUnion(disk.inbox.values.map(\.content.number))
      disk.inbox = [:]
      try perform(.reload(disk.settings))
    case .overflow:
      deafUntil = now + .seconds(2)
      var news = InboxNews()
      news.overflowCount = 1
      deliver(.inboxNews(news), after: .milliseconds(2_100))
    case .fault(let fault, let duration): begin(fault, duration)
    case .hang:
      isHangDue = true
      disturb(for: .seconds(400))
    case .publish:
      disk.lastClaimed += 1
      disk.generation = disk.lastClaimed
      disk.rowsAtTraining = disk.rows
      disk.modelEdition = disk.settings == .wrong ? .plain : disk.settings
      changeModel(isDamaged: false)
    case .damageModel: changeModel(isDamaged: true)
    case .repairModel: if disk.isModelDamaged { changeModel(isDamaged: false) }
    case .reload(let edition):
      disk.settings = edition
      checks.reloadRequested = checks.reloadRequested ?? now
      if process != nil {
        try handle(.reloadRequested)
      } else if edition != .wrong {
        agenda.add(.start(process: processCount), at: now + .seconds(1))
      }
      disturb(for: .seconds(5))
    case .suspend(let duration): suspend(duration)
    case .setClock(let offset): disk.wallOffset += offset
    case .stop(let downFor):
      guard process != nil, process?.downFor == nil else { return }
      process?.downFor = downFor
      process?.stopDeadline = now + SimulatedProcess.stopTimeout
      process?.mustSeal = process?.training == nil && now > disturbedUntil
      supervise(at: now + SimulatedProcess.stopTimeout)
      try handle(.stopRequested)
    case .kill(let downFor): endProcess(isFault: false, downFor: max(downFor, .seconds(1)))
    }
  }

  /// For this long, the checks do not blame the daemon for what goes wrong.
  func disturb(for duration: Duration) {
    disturbedUntil = max(disturbedUntil, now + duration)
  }

  // MARK: Files

  private func arrive(_ name: Int, _ content: Content, _ arrival: Arrival) {
    let path = Disk.path(name)
    let entry = disk.newEntry(path, at: now)
    if let old = disk.inbox[path] { disk.removed.insert(old.content.number) }
    checks.arrived.insert(content)
    checks.arrivalCount += 1
    switch arrival {
    case .movedIn:
      disk.inbox[path] = SimulatedFile(
        entry: entry, content: content, isWhole: true, isOpen: false, hasEnd: true, since: now)
      tellOfFile(movedIn: name)
    case .written(let duration, let hasEnd):
      disk.inbox[path] = SimulatedFile(
        entry: entry, content: content, isWhole: false, isOpen: true, hasEnd: hasEnd, since: now)
      var news = InboxNews()
      news.tellsOfFiles = true
      tell(news)
      agenda.add(.grow(path, inode: entry.inode, until: now + duration), at: now)
    }
  }

  /// Writes to a file once a second until it is closed.
  func grow(_ path: FilePath, _ inode: UInt64, until end: Duration) {
    guard var file = disk.inbox.values.first(where: { $0.entry.inode == inode }) else { return }
    let path = file.entry.path
    file.entry = FolderEntry(
      path: path, kind: .file, inode: inode, byteCount: file.entry.byteCount + 1,
      modified: FileTime(now + disk.wallOffset))
    file.since = now
    if now >= end {
      (file.isWhole, file.isOpen) = (true, false)
      var news = InboxNews()
      news.tellsOfFiles = true
      disk.inbox[path] = file
      tell(news)
    } else {
      disk.inbox[path] = file
      agenda.add(.grow(path, inode: inode, until: end), at: min(end, now + .seconds(1)))
    }
  }

  private func tellOfFile(movedIn name: Int) {
    var news = InboxNews()
    news.tellsOfFiles = true
    news.movedIn = [Disk.component(name)]
    tell(news)
  }

  /// Sends the daemon the kernel's news about the inbox, unless events are being lost.
  private func tell(_ news: InboxNews) {
    guard now >= deafUntil, !isOn(.unwatched), !isOn(.watchRefused), !isOn(.inboxGone) else {
      return
    }
    deliver(.inboxNews(news), after: .milliseconds(Int.random(in: 1..<400, using: &random)))
  }

  /// Sends an outside event to the daemon running now, if it has opened what it watches.
  func deliver(_ event: Event, after delay: Duration) {
    guard let process, process.edition != nil else { return }
    agenda.add(.deliver(event, process: process.id), at: now + delay)
  }

  func changeModel(isDamaged: Bool) {
    disk.replaceModel(at: now)
    disk.isModelDamaged = isDamaged
    disturb(for: .seconds(5))
    if !isOn(.unwatched) { deliver(.modelFolderChanged, after: .milliseconds(300)) }
  }

  // MARK: Faults

  private func begin(_ fault: Fault, _ duration: Duration) {
    faults[fault] = max(faults[fault] ?? .zero, now + duration)
    disturb(for: duration)
    switch fault {
    case .inboxGone, .watchRefused:
      var news = InboxNews()
      news.watch = watchNow
      deliver(.inboxNews(news), after: .seconds(1))
      agenda.add(.act(.fault(.unwatched, .zero)), at: faults[fault]!)
    case .unwatched where duration == .zero:
      // A fault of the watch may be over by now.
      var news = InboxNews()
      news.watch = watchNow
      deliver(.inboxNews(news), after: .seconds(1))
    default: break
    }
  }

  /// The state of the inbox's watch that the kernel would report now.
  var watchNow: InboxNews.Watch {
    if isOn(.inboxGone) { return .missing }
    if isOn(.watchRefused) { return .refused(.example(folder: Disk.folder)) }
    return .watched(networkFileSystem: nil)
  }

  private func suspend(_ duration: Duration) {
    now += duration
    agenda.delayWork(by: duration)
    process?.lastPing += duration
    process?.startDeadline += duration
    process?.stopDeadline? += duration
    disturb(for: .seconds(10))
  }

  /// Ends all faults, and gives the daemon a model for the first settings. In one of four runs it is also restarted, whatever
  /// it is doing; in the others it must come to rest by itself.
  func mendEverything() throws(Violation) {
    faults = [:]
    isHangDue = false
    disk.modelEdition = .plain
    disk.lastClaimed += 1
    disk.generation = disk.lastClaimed
    changeModel(isDamaged: false)
    disturb(for: .seconds(300))
    var news = InboxNews()
    news.watch = watchNow
    deliver(.inboxNews(news), after: .seconds(1))
    try perform(.reload(.plain))
    if scenario.seed.isMultiple(of: 4) { endProcess(isFault: false, downFor: .seconds(1)) }
  }
}
