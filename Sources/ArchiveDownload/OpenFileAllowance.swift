internal import EventLoop

/// How many files all downloads of a worker together may have open ahead of their need. Where a thousand clients are
/// slow, reading ahead is of no use, and would use up descriptors and memory.
@EventLoopActor
final class OpenFileAllowance {
  private var rest: Int

  init(_ count: Int = 2_048) {
    rest = count
  }

  /// Takes up to `count`, but always the one that is needed now.
  func take(upTo count: Int) -> Int {
    let taken = max(1, min(count, rest))
    rest -= taken
    return taken
  }

  /// Gives back what was taken.
  func giveBack(_ count: Int) {
    rest += count
  }
}
