internal import Digests
internal import EventLoop
internal import HTTPSemantics
internal import PostgreSQL
internal import Storage

/// Brings contents into the engine: notes each blob, then puts it. Whoever names them afterwards makes them count; what is
/// never named stands in the list of pending blobs, and is swept.
///
/// The note of a blob is answered before it is on the database's disk, so that a put waits for one sync in place of two. A
/// database that loses its last moments loses the note, and then nothing can name the blob.
struct BlobPublisher: Sendable {
  static let note = SQLStatement(
    "INSERT INTO blobs (id, length, packed) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING")
  /// Pieces of a content that is still coming, however slowly, are not swept as those of a writer that died. The sum keeps
  /// the server from the partial index `unnamed_blobs`, which holds all that is not named.
  private static let keepPending = SQLStatement(
    """
    UPDATE blobs SET since = clock_timestamp()
    WHERE id = ANY ($1) AND state + 0 = 0 AND since < clock_timestamp() - interval '1 hour'
    """)
  /// Only for blobs that were put here: also one whose note was lost is swept then.
  private static let giveUp = SQLStatement(
    """
    INSERT INTO blobs (id, length, state, since) SELECT id, 0, 2, '-infinity' FROM unnest($1::text[]) AS given (id)
    ON CONFLICT (id) DO UPDATE SET state = 2, since = '-infinity' WHERE blobs.state = 0
    """)
  /// The pause between attempts while the database is away, and how many there are: an hour's.
  private static let retryNanoseconds: ClosedRange<UInt64> = 5_000_000_000...15_000_000_000
  private static let retries = 360

  let names: NameDatabase
  let blobs: any BlobStore
  let spool: Spool
  /// Of objects and their parts; nil where each blob is noted by itself.
  var notes: BlobNotes?

  /// Puts what is not in the engine yet.
  /// - Parameters:
  ///   - md5: of the content; where nil, it is found where the content is a single blob.
  ///   - crc32: of the content, by which the engine may compare it in place of an MD5.
  ///   - metadata: of what the content is to be.
  ///   - id: of the blob, where the content is a single piece; a fresh one of an object where nil.
  /// - Returns: the content as the tables name it.
  nonisolated(nonsending) func put(
    _ pieces: [EngineContent.Piece], md5: [UInt8]?, crc32: UInt32? = nil, metadata: String?, as id: BlobID? = nil
  ) async throws(StorageError) -> PublishedContent {
    var pieces = pieces.filter { $0.size > 0 }
    // An empty content has a blob, too: the engine then knows of every object.
    if pieces.isEmpty { pieces = [.spooled(SpooledBytes(spool))] }
    var content = PublishedContent()
    var new: [(NewBlob, SpooledBytes)] = []
    var noted: BlobID?
    if id == nil, pieces.count == 1, case .spooled = pieces[0] { noted = try await notes?.next() }
    for piece in pieces {
      switch piece {
      case .copied(let slice): content.slices.append(slice)
      case .stored(let slice), .leaving(_, let slice), .leading(_, let slice):
        content.slices.append(slice)
        content.own.insert(slice.id)
      case .spooled(let bytes):
        let blob = NewBlob(
          id ?? noted ?? .fresh(), length: bytes.size, md5: pieces.count == 1 ? md5 : nil,
          crc32: pieces.count == 1 ? crc32 : nil, metadata: metadata)
        content.slices.append(BlobSlice(id: blob.id, start: 0, length: blob.length))
        new.append((blob, bytes))
      }
    }
    for (blob, bytes) in new {
      do throws(StorageError) {
        if blob.id != noted { try await note(blob, beside: content.own) }
        let md5 = try await putNoted(blob, bytes)
        if pieces.count == 1 { content.md5 = md5 }
      } catch {
        await giveUp(content.own)
        throw error
      }
      content.own.insert(blob.id)
    }
    return content
  }

  /// Notes a blob and puts it.
  /// - Parameters:
  ///   - others: blobs of the same content, which more time is given where they have waited for long.
  ///   - packed: how many objects share it, where several do.
  /// - Returns: its MD5.
  @discardableResult
  nonisolated(nonsending) func put(
    _ blob: NewBlob, _ bytes: any BlobContent, beside others: Set<BlobID>, packed: Int? = nil
  ) async throws(StorageError) -> [UInt8] {
    try await note(blob, beside: others, packed: packed)
    return try await putNoted(blob, bytes, packed: packed)
  }

  private nonisolated(nonsending) func note(
    _ blob: NewBlob, beside others: Set<BlobID>, packed: Int? = nil
  ) async throws(StorageError) {
    var batch = [NameDatabase.commitAsynchronously(), Self.note(of: blob, packed: packed)]
    if !others.isEmpty { batch.append(Self.keepPending(.texts(others.map(\.name).sorted()))) }
    _ = try await names.change(batch)
  }

  private static func note(of blob: NewBlob, packed: Int?) -> SQLQuery {
    note(.text(blob.id.name), .integer(Int64(clamping: blob.length)), .integer(packed.map { Int64($0) }))
  }

  private nonisolated(nonsending) func putNoted(
    _ blob: NewBlob, _ bytes: any BlobContent, packed: Int? = nil
  ) async throws(StorageError) -> [UInt8] {
    do throws(BlobError) { return try await blobs.put(blob, from: bytes) } catch {
      // An engine that did not answer may keep this one yet: it stays in the list for as long as that can take, also
      // where the first note was lost.
      await changeEventually(Self.note(of: blob, packed: packed))
      throw StorageError(error)
    }
  }

  /// Protects a blob from the sweep whose content comes for hours.
  nonisolated(nonsending) func keepPending(_ id: BlobID) async {
    _ = try? await names.change(Self.keepPending(.texts([id.name])))
  }

  /// Puts small objects.
  /// - Parameter isAlone: whether a single one is a blob of its own.
  /// - Returns: the range of each.
  nonisolated(nonsending) func put(
    _ members: [PackContent.Member], alone isAlone: Bool
  ) async throws(StorageError) -> PublishedContent {
    // A megabyte is digested elsewhere than on the loop.
    let content = await spool.pool.run { PackContent(members, alone: isAlone) }
    try await put(content.blob, content, beside: [], packed: content.packed)
    return PublishedContent(slices: content.slices, own: [content.blob.id])
  }

  /// Lets blobs be swept at once that were put here and will not be named.
  nonisolated(nonsending) func giveUp(_ own: Set<BlobID>) async {
    guard !own.isEmpty else { return }
    await changeEventually(Self.giveUp(.texts(own.map(\.name).sorted())))
  }

  /// Gives objects their names, of which the contents were put here.
  /// - Parameter content: of all of them. Its blobs are given up where none has its name.
  /// - Returns: of each whether it has its name, or why not.
  nonisolated(nonsending) func name(
    _ objects: [NewObject], _ content: PublishedContent
  ) async throws(StorageError) -> [Result<Void, StorageError>] {
    do throws(StorageError) {
      var outcomes: [Result<Void, StorageError>] = []
      for (object, outcome) in zip(objects, try await names.name(objects, new: content.own)) {
        do throws(StorageError) { outcomes.append(.success(try outcome.get())) } catch {
          outcomes.append(.failure(await ofPublication(error, object.content, own: content.own)))
        }
      }
      if outcomes.allSatisfy({ (try? $0.get()) == nil }) { await giveUp(content.own) }
      return outcomes
    } catch {
      throw await giveUp(content, after: error)
    }
  }

  /// Gives up the blobs of a content that could not be named.
  /// - Returns: the error for whoever put it.
  nonisolated(nonsending) func giveUp(_ content: PublishedContent, after error: StorageError) async -> StorageError {
    await giveUp(content.own)
    return await ofPublication(error, content.slices, own: content.own)
  }

  /// The error for whoever put a content that could not be named.
  private nonisolated(nonsending) func ofPublication(
    _ error: StorageError, _ content: [BlobSlice], own: Set<BlobID>
  ) async -> StorageError {
    // Nobody else can have taken its blobs away.
    guard error == .versionChanged, content.allSatisfy({ own.contains($0.id) }) else { return error }
    await notes?.forgetAll()
    return .unavailable("the database has no note of what was put any more; it can be put again")
  }

  /// Changes the tables, now or once the database answers again, within an hour and as long as the process runs.
  private nonisolated(nonsending) func changeEventually(_ query: SQLQuery) async {
    guard await !isDone(query) else { return }
    EventLoop.current.start { [self] in
      for _ in 0..<Self.retries {
        await EventLoop.current.sleep(nanoseconds: .random(in: Self.retryNanoseconds))
        if await isDone(query) { return }
      }
    }
  }

  /// Runs a change.
  /// - Returns: whether it is done, or never will be.
  private nonisolated(nonsending) func isDone(_ query: SQLQuery) async -> Bool {
    do throws(StorageError) {
      _ = try await names.change(query)
      return true
    } catch {
      switch error {
      case .unavailable, .full: return false
      default: return true
      }
    }
  }
}

/// A content that the engine has, and that is to be named.
struct PublishedContent: Sendable {
  /// What it consists of.
  var slices: [BlobSlice] = []
  /// The blobs that were put for it; the others belong to others as well.
  var own: Set<BlobID> = []
  /// The MD5 of all of it, where it is a single blob that was put.
  var md5: [UInt8]?
}

extension ObjectMetadata {
  /// The MD5 of the content, where the entity tag is it.
  var md5: [UInt8]? {
    guard etag.utf8.count == 32 else { return nil }
    return Hexadecimal.decode(etag.utf8)
  }
}
