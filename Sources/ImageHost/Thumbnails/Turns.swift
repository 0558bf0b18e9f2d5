internal import EventLoop

/// Lets so many at a time go on, first come first served.
@EventLoopActor
final class Turns {
  private var free: Int
  private var waiting: [LoopPromise<Void>] = []

  init(_ count: Int) {
    free = count
  }

  /// Waits for a turn.
  func take() async {
    guard free == 0 else {
      free -= 1
      return
    }
    let promise = LoopPromise<Void>()
    waiting.append(promise)
    await promise.wait()
  }

  /// Ends a turn: the next who waits has it.
  func giveBack() {
    if waiting.isEmpty { free += 1 } else { waiting.removeFirst().fulfil(()) }
  }
}
