/// A function of the loop that runs once at a moment, unless it is cancelled before.
@EventLoopActor
public final class LoopTimer {
  /// What runs.
  private let action: @EventLoopActor () -> Void
  /// The place in the heap, -1 while not scheduled. It and the deadline belong to the heap.
  nonisolated(unsafe) fileprivate var index = -1
  nonisolated(unsafe) fileprivate var deadline: UInt64 = 0

  /// A timer that is not yet scheduled. It can be scheduled again and again.
  public init(_ action: @escaping @EventLoopActor () -> Void) {
    self.action = action
  }

  func fire() {
    action()
  }
}

/// Timers by deadline: a binary heap in which each timer knows its place, so that one can be taken back in O(log n)
/// and cancelled ones do not pile up.
struct TimerHeap {
  private var heap: [LoopTimer] = []

  var nextDeadline: UInt64? { heap.first.map { unsafe $0.deadline } }

  mutating func schedule(_ timer: LoopTimer, at deadline: UInt64) {
    cancel(timer)
    unsafe timer.deadline = deadline
    unsafe timer.index = heap.count
    heap.append(timer)
    siftUp(heap.count - 1)
  }

  mutating func cancel(_ timer: LoopTimer) {
    let index = unsafe timer.index
    guard index >= 0 else { return }
    remove(at: index)
  }

  mutating func popExpired(at now: UInt64) -> LoopTimer? {
    guard let first = heap.first, unsafe first.deadline <= now else { return nil }
    remove(at: 0)
    return first
  }

  private mutating func remove(at index: Int) {
    let timer = heap[index]
    let last = heap.count - 1
    if index != last {
      exchange(index, last)
      heap.removeLast()
      siftDown(index)
      siftUp(index)
    } else {
      heap.removeLast()
    }
    unsafe timer.index = -1
  }

  private mutating func siftUp(_ start: Int) {
    var child = start
    while child > 0 {
      let parent = (child - 1) / 2
      guard unsafe heap[child].deadline < heap[parent].deadline else { return }
      exchange(child, parent)
      child = parent
    }
  }

  private mutating func siftDown(_ start: Int) {
    var parent = start
    while true {
      var least = parent
      let left = 2 * parent + 1
      if left < heap.count, unsafe heap[left].deadline < heap[least].deadline { least = left }
      if left + 1 < heap.count, unsafe heap[left + 1].deadline < heap[least].deadline { least = left + 1 }
      if least == parent { return }
      exchange(parent, least)
      parent = least
    }
  }

  private mutating func exchange(_ first: Int, _ second: Int) {
    heap.swapAt(first, second)
    unsafe heap[first].index = first
    unsafe heap[second].index = second
  }
}
