/// Jobs that wait for the loop's thread, first come first served.
///
/// Two arrays take turns: one is run while the other fills, so neither is shifted or allocated anew.
struct JobQueue {
  private var waiting: [UnownedJob] = []
  private var spare: [UnownedJob] = []

  var isEmpty: Bool { waiting.isEmpty }

  mutating func append(_ job: UnownedJob) {
    waiting.append(job)
  }

  /// Takes what waits now. What these jobs enqueue waits for the next batch. Give the array back when it has run.
  mutating func takeBatch() -> [UnownedJob] {
    let batch = waiting
    waiting = spare
    spare = []
    return batch
  }

  /// Takes an array back whose jobs have run, for its memory.
  mutating func recycle(_ batch: consuming [UnownedJob]) {
    batch.removeAll(keepingCapacity: true)
    spare = batch
  }
}
