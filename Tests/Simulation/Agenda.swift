import Scheduling
import SystemPackage

/// What will happen, in order of time. Items for the same time keep the order in which they were added.
struct Agenda {
  enum Item {
    case act(Act.Kind)
    case deliver(Event, process: Int)
    case finish(Effect, process: Int)
    case timer(process: Int, number: Int)
    case start(process: Int)
    case grow(FilePath, inode: UInt64, until: Duration)
    case supervise(process: Int, number: Int)
    case outOfMemory(process: Int)
    case mendEverything
  }

  private struct Entry {
    let time: Duration
    let number: Int
    /// The item's index; moving only small entries keeps the heap fast.
    let slot: Int

    func precedes(_ other: Entry) -> Bool {
      time == other.time ? number < other.number : time < other.time
    }
  }

  private var heap: [Entry] = []
  private var items: [Item?] = []
  private var freeSlots: [Int] = []
  private var count = 0

  mutating func add(_ item: Item, at time: Duration) {
    let slot: Int
    if let free = freeSlots.popLast() {
      slot = free
      items[slot] = item
    } else {
      slot = items.count
      items.append(item)
    }
    count += 1
    heap.append(Entry(time: time, number: count, slot: slot))
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard heap[child].precedes(heap[parent]) else { break }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  mutating func next() -> (Duration, Item)? {
    guard let first = heap.first else { return nil }
    let last = heap.removeLast()
    if !heap.isEmpty {
      heap[0] = last
      sink()
    }
    let item = items[first.slot]!
    items[first.slot] = nil
    freeSlots.append(first.slot)
    return (first.time, item)
  }

  private mutating func sink() {
    var parent = 0
    while true {
      var least = parent
      for child in (2 * parent + 1)...(2 * parent + 2)
      where child < heap.count && heap[child].precedes(heap[least]) {
        least = child
      }
      if least == parent { return }
      heap.swapAt(parent, least)
      parent = least
    }
  }

  /// Delays work in progress by `pause`, while the machine is suspended.
  mutating func delayWork(by pause: Duration) {
    var delayed = Agenda()
    while let (time, item) = next() {
      switch item {
      case .deliver, .finish, .grow, .start, .outOfMemory: delayed.add(item, at: time + pause)
      case .act, .timer, .supervise, .mendEverything: delayed.add(item, at: time)
      }
    }
    self = delayed
  }
}
