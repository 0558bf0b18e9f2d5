internal import Digests
internal import EventLoop
internal import HTTPSemantics
internal import PostgreSQL
internal import Storage

/// Brings contents into the engine: notes each blob, then puts it. Whoever names them afterwards makes them count; what is
/// never named stands in the list of pending blobs, and is swept.
struct BlobPublisher: Sendable {
  private static let note = SQLStatement(
    "INSERT INTO blobs (id, length) SELECT * FROM unnest($1::text[], $2::bigint[]) ON CONFLICT (id) DO NOTHING")
  /// Pieces of a content that is still coming, however slowly, are not swept as those of a writer that died. The sum keeps
  /// the server from looking among all that is not named, instead of by name.
  private static let stay = SQLStatement(
    """
    UPDATE blobs SET since = clock_timestamp()
    WHERE id = ANY ($1) AND state + 0 = 0 AND since < clock_timestamp() - interval '1 hour'
    """)
  /// The note of a blob is on no disk yet when it is answered: a database that loses its last moments loses it, and then
  /// nothing can name the blob. So a put waits for one sync of the database, not for two.
  private static let isOnNoDiskYet = SQLStatement("SELECT set_config('synchronous_commit', 'off', true)")
  /// Also a blob whose note was lost is swept.
  private static let giveUp = SQLStatement(
    """
    INSERT INTO blobs (id, length, state, since) SELECT id, 0, 2, '-infinity' FROM unnest($1::text[]) AS given (id)
    ON CONFLICT (id) DO UPDATE SET state = 2, since = '-infinity' WHERE blobs.state = 0
    """)

  let names: NameDatabase
  let blobs: any BlobStore
  let spool: Spool

  /// Puts what is not in the engine yet.
  /// - Parameters:
  ///   - metadata: of what the content is to be.
  ///   - names: of the blobs; fresh ones where nil.
  /// - Returns: the content as the tables name it.
  nonisolated(nonsending) func put(
    _ pieces: [EngineContent.Piece], md5: [UInt8]?, metadata: String?, as id: BlobID? = nil
  ) async throws(StorageError) -> [BlobSlice] {
    var pieces = pieces.filter { $0.size > 0 }
    // An empty content has a blob, too: the engine then knows of every object.
    if pieces.isEmpty { pieces = [.spooled(SpooledBytes(spool))] }
    var slices: [BlobSlice] = []
    var new: [(NewBlob, SpooledBytes)] = []
    for piece in pieces {
      switch piece {
      case .stored(let slice), .leaving(_, let slice): slices.append(slice)
      case .spooled(let bytes):
        let blob = NewBlob(
          id ?? .fresh(), length: bytes.size, md5: pieces.count == 1 ? md5 : nil, metadata: metadata)
        slices.append(BlobSlice(id: blob.id, start: 0, length: blob.length))
        new.append((blob, bytes))
      }
    }
    guard !new.isEmpty else { return slices }
    for (blob, bytes) in new {
      let others = slices.filter { $0.id != blob.id }
      do throws(StorageError) { try await put(blob, bytes, beside: others) } catch {
        // An engine that did not answer may keep this one yet: it stays in the list for as long as that can take.
        await giveUp(others)
        throw error
      }
    }
    return slices
  }

  /// Notes a blob and puts it.
  /// - Parameter others: blobs of the same content, which more time is given where they have waited for long.
  nonisolated(nonsending) func put(
    _ blob: NewBlob, _ bytes: any BlobContent, beside others: [BlobSlice]
  ) async throws(StorageError) {
    let note = Self.note(.texts([blob.id.name]), .integers([Int64(clamping: blob.length)]))
    if others.isEmpty {
      _ = try await names.change(Self.isOnNoDiskYet(), note)
    } else {
      _ = try await names.change(Self.isOnNoDiskYet(), note, Self.stay(.texts(others.map(\.id.name))))
    }
    do throws(BlobError) { try await blobs.put(blob, from: bytes) } catch { throw StorageError(error) }
  }

  /// Lets blobs be swept at once that were put and will not be named. Where this fails, they are swept later.
  nonisolated(nonsending) func giveUp(_ slices: [BlobSlice]) async {
    let names = slices.distinctNames.sorted()
    guard !names.isEmpty else { return }
    _ = try? await self.names.change(Self.giveUp(.texts(names)))
  }

  /// Gives up the blobs of a content that could not be named.
  /// - Parameter hasCopies: whether some of them were others' before.
  /// - Returns: what whoever put it is told.
  nonisolated(nonsending) func giveUp(
    _ slices: [BlobSlice], after error: StorageError, hasCopies: Bool
  ) async -> StorageError {
    await giveUp(slices)
    guard error == .versionChanged, !hasCopies else { return error }
    return .unavailable("the database has lost its note of what was put; it can be put again")
  }
}

extension ObjectMetadata {
  /// The MD5 of the content, where the entity tag is it.
  var md5: [UInt8]? {
    guard etag.utf8.count == 32 else { return nil }
    return Hexadecimal.decode(etag.utf8)
  }
}
