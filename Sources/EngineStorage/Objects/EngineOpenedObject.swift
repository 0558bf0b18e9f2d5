internal import Posix
internal import PostgreSQL
internal import Storage
internal import Synchronization

/// An object, open to be read: its blobs never change, and stay for an hour after it is replaced or moved.
final class EngineOpenedObject: OpenedObject {
  let head: ObjectHead
  private let content: [BlobSlice]
  private let names: NameDatabase
  private let blobs: any BlobStore
  /// A reader that has asked for its first bytes.
  private let prepared = Mutex<(range: Range<UInt64>, reader: EngineReader)?>(nil)

  init(_ head: ObjectHead, _ content: [BlobSlice], _ names: NameDatabase, _ blobs: any BlobStore) {
    self.head = head
    self.content = content.annotated(with: head.metadata)
    self.names = names
    self.blobs = blobs
  }

  var neverChanges: Bool { true }

  func reader(_ range: Range<UInt64>) -> any ObjectReader {
    if let prepared = prepared.withLock({ $0.take() }), prepared.range == range { return prepared.reader }
    return EngineReader(content.slices(in: range), names, blobs)
  }

  nonisolated(nonsending) func prepare(_ range: Range<UInt64>) async {
    let reader = EngineReader(content.slices(in: range), names, blobs)
    await reader.prepare()
    prepared.withLock { $0 = (range, reader) }
  }

  nonisolated(nonsending) func copy(
    _ range: Range<UInt64>, to writer: any ContentWriter
  ) async throws(StorageError) {
    // Where the writer is of the same engine, the copy is one of names. Whoever commits finds out if a blob is gone. What
    // others may replace, such as a photo, is no blob that could be named. Only the objects of its directory belong to a pack.
    let slices = content.slices(in: range)
    if let writer = writer as? any EngineWriting, slices.allSatisfy({ $0.entityTag == nil }), !content.isPacked {
      writer.content.append(slices)
      return
    }
    let reader = reader(range)
    while let chunk = try await reader.next(secured: true) {
      try await writer.update { (content) throws(StorageError) in try content.append(chunk) }
    }
  }
}

/// Reads ranges of blobs one after the other.
final class EngineReader: ObjectReader {
  /// So many bytes before its end a blob's successor is asked for: the engine then has no pause between the two.
  private static let lead: UInt64 = 1 << 20
  private static let isNamed = SQLStatement("SELECT state = 1 FROM blobs WHERE id = $1")

  private struct Position {
    var slices: ArraySlice<BlobSlice>
    var reader: (any BlobReader)?
    /// Of the second slice.
    var upcoming: (any BlobReader)?
    /// How many bytes of the first slice were given.
    var given: UInt64 = 0
    var wasAnnounced = false
  }

  private let names: NameDatabase
  private let blobs: any BlobStore
  private let position: Mutex<Position>

  init(_ slices: [BlobSlice], _ names: NameDatabase, _ blobs: any BlobStore) {
    self.names = names
    self.blobs = blobs
    position = Mutex(Position(slices: slices[...]))
  }

  /// Asks for the first bytes. Where that fails, `next` does, too.
  nonisolated(nonsending) func prepare() async {
    guard let slice = position.withLock({ $0.slices.first }),
      let reader = try? await blobs.read(slice)
    else { return }
    reader.prepare()
    position.withLock { $0.reader = reader }
  }

  nonisolated(nonsending) func next(secured: Bool) async throws(StorageError) -> Chunk? {
    while true {
      // One task calls, and calls do not overlap: the position is taken out and put back.
      let (slice, reader, isAnnounced) = position.withLock { position in
        defer { position.wasAnnounced = true }
        return (position.slices.first, position.reader, position.wasAnnounced)
      }
      guard let slice else { return nil }
      let bytes: [UInt8]?
      do throws(BlobError) {
        let source: any BlobReader
        if let reader {
          source = reader
        } else {
          source = try await blobs.read(slice)
        }
        // Whoever has gathered bytes sends them before this waits for the engine.
        if !isAnnounced, !source.isReady {
          position.withLock { $0.reader = source }
          return .late
        }
        if let next = upcomingSlice() {
          let upcoming = try await blobs.read(next)
          upcoming.prepare()
          position.withLock { $0.upcoming = upcoming }
        }
        bytes = try await source.next()
        position.withLock { $0.reader = source }
      } catch { throw await failure(error, slice) }
      let isRight = position.withLock { position in
        position.wasAnnounced = false
        if let bytes {
          position.given += UInt64(bytes.count)
          return position.given <= slice.length
        }
        defer {
          position.slices = position.slices.dropFirst()
          (position.reader, position.upcoming) = (position.upcoming, nil)
          position.given = 0
        }
        return position.given == slice.length
      }
      guard isRight else { throw .unavailable("the engine's blob \(slice.id) has another length than was put") }
      if let bytes, !bytes.isEmpty { return .bytes(bytes) }
    }
  }

  /// The slice that is to be asked for now, ahead of the need.
  private func upcomingSlice() -> BlobSlice? {
    position.withLock { position in
      guard position.upcoming == nil, let slice = position.slices.first, slice.length - position.given <= Self.lead
      else { return nil }
      return position.slices.dropFirst().first
    }
  }

  nonisolated(nonsending) func check() async throws(StorageError) {}

  /// A blob that is gone was replaced long ago, unless it is still named: then the engine has lost it.
  private nonisolated(nonsending) func failure(_ error: BlobError, _ slice: BlobSlice) async -> StorageError {
    guard case .missing(let id) = error, let rows = try? await names.read(Self.isNamed(.text(id.name)))[0] else {
      return StorageError(error)
    }
    let isNamed = (try? rows.first?.boolean(0)) ?? false
    return isNamed ? StorageError(error) : .versionChanged
  }
}
