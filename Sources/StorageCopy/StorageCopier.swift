public import Storage

/// Copies all that one storage keeps into another, by the protocols of both: what is missing there, or other than here.
///
/// Both may be in use meanwhile. An object that is replaced while it is copied comes with the next run; so a last run, while
/// nobody writes, makes both alike. Whatever fails for one object is named, and the others go on.
public struct StorageCopier: Sendable {
  let source: CopiedStorage
  let destination: CopiedStorage
  let options: CopyOptions
  let tally: CopyTally
  private let pause: @Sendable (_ seconds: Int) async -> Void

  /// - Parameters:
  ///   - pause: waits, before something is tried again.
  ///   - addLine: gets a line for each thing that could not be copied as it is.
  public init(
    from source: CopiedStorage, to destination: CopiedStorage, _ options: CopyOptions,
    pause: @escaping @Sendable (_ seconds: Int) async -> Void, addLine: @escaping @Sendable (String) -> Void
  ) {
    self.source = source
    self.destination = destination
    self.options = options
    self.pause = pause
    tally = CopyTally(addLine: addLine)
  }

  /// What has been done so far.
  public var report: CopyReport { tally.report }

  /// Copies.
  /// - Throws: what keeps everything from being copied, such as a storage that stays away; another run goes on from there.
  public nonisolated(nonsending) func run() async throws(StorageError) {
    try await copyDocuments()
    try await copyBuckets()
    try await copyPictures()
    try await copyBlockedPictures()
  }

  // MARK: How things are tried

  /// Does something again, after a pause, while a storage is away.
  nonisolated(nonsending) func retrying<Value: Sendable>(
    _ body: @Sendable () async throws(StorageError) -> Value
  ) async throws(StorageError) -> Value {
    for attempt in 0..<max(0, options.attempts - 1) {
      do throws(StorageError) { return try await body() } catch .unavailable { await pause(1 << attempt) }
    }
    return try await body()
  }

  /// Does something for each of these, several at a time. What fails for one is an obstacle.
  /// - Throws: what would fail for all.
  nonisolated(nonsending) func forEach<Item: Sendable>(
    _ items: [Item], _ name: @escaping @Sendable (Item) -> String,
    _ body: @escaping @Sendable (Item) async throws(StorageError) -> Void
  ) async throws(StorageError) {
    let failure = await withTaskGroup(of: StorageError?.self) { group in
      var failure: StorageError?
      var rest = items[...]
      var running = 0
      while true {
        while failure == nil, running < options.width, let item = rest.popFirst() {
          running += 1
          group.addTask { await attempt({ name(item) }, { () async throws(StorageError) in try await body(item) }) }
        }
        guard running > 0, let outcome = await group.next() else { return failure }
        running -= 1
        failure = failure ?? outcome
      }
    }
    if let failure { throw failure }
  }

  /// - Returns: what would fail for everything else, too.
  private nonisolated(nonsending) func attempt(
    _ name: @Sendable () -> String, _ body: @Sendable () async throws(StorageError) -> Void
  ) async -> StorageError? {
    do throws(StorageError) {
      try await retrying(body)
    } catch .versionChanged {
      tally.obstacle("\(name()): it changed while it was copied; the next run copies it")
    } catch  where error.isOfStorage && !error.isAboutOneFile {
      return error
    } catch {
      tally.obstacle("\(name()): \(error)")
    }
    return nil
  }
}
