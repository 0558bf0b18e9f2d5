internal import EventLoop
internal import PostgreSQL
internal import Storage

/// Names for blobs, noted as pending before anybody puts them.
///
/// While blobs are put one after the other, several names are noted at once: that costs the database as much as one, and whoever
/// finds a name that is noted waits for nothing. What is left over is swept with the blobs of writers that died.
@EventLoopActor
final class BlobNotes {
  /// The most names that are noted at once.
  static let most = 16

  /// It is sent again where its answer was lost.
  private static let note = SQLStatement(
    "INSERT INTO blobs (id, length) SELECT id, 0 FROM unnest($1::text[]) AS fresh (id) ON CONFLICT (id) DO NOTHING")

  private let names: NameDatabase
  /// For how long a noted name is good, in nanoseconds: little of the time in which a blob may be on its way.
  private let lifetime: UInt64
  private var noted: [BlobID] = []
  private var goodUntil: UInt64 = 0
  private var waiting: [LoopPromise<Result<BlobID, StorageError>>] = []
  private var isNoting = false
  /// How many names were noted at last.
  private var latestCount = 1

  nonisolated init(_ names: NameDatabase, lifetime: UInt64 = 1_000_000_000) {
    self.names = names
    self.lifetime = lifetime
  }

  /// A fresh name that is noted as pending.
  func next() async throws(StorageError) -> BlobID {
    if waiting.isEmpty, let id = takeNoted() { return id }
    let turn = LoopPromise<Result<BlobID, StorageError>>()
    waiting.append(turn)
    if !isNoting {
      isNoting = true
      EventLoop.current.start { [self] in
        while !waiting.isEmpty { await noteMore() }
        isNoting = false
      }
    }
    guard let outcome = await turn.wait() else { throw .unavailable("the name of a blob was not noted") }
    return try outcome.get()
  }

  /// The database has lost a note: those of the same time may be lost, too.
  func forgetAll() { noted = [] }

  private func takeNoted() -> BlobID? { EventLoop.current.now < goodUntil ? noted.popLast() : nil }

  /// Notes names for all who wait, and for some who may come.
  private func noteMore() async {
    let turns = waiting
    let now = EventLoop.current.now
    // Twice as many as the last ones, if these were used up in time.
    let wanted = noted.isEmpty && now < goodUntil ? latestCount * 2 : 1
    let ids = (0..<max(turns.count, min(wanted, Self.most))).map { _ in BlobID.fresh() }
    do throws(StorageError) {
      _ = try await names.change(NameDatabase.commitAsynchronously(), Self.note(.texts(ids.map(\.name))))
    } catch {
      waiting.removeFirst(turns.count)
      for turn in turns { turn.fulfil(.failure(error)) }
      return
    }
    (noted, goodUntil, latestCount) = (Array(ids.dropFirst(turns.count)), now &+ lifetime, ids.count)
    waiting.removeFirst(turns.count)
    for (turn, id) in zip(turns, ids) { turn.fulfil(.success(id)) }
    // Who has come meanwhile.
    while !waiting.isEmpty, let id = takeNoted() { waiting.removeFirst().fulfil(.success(id)) }
  }
}
