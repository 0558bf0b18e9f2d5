internal import Posix
internal import PostgreSQL
internal import Storage
internal import Synchronization

/// Reads ranges of blobs one after the other.
final class EngineReader: ObjectReader {
  /// The most bytes that are asked for at once: while they are read, the next ones can be asked for.
  static let mostOfARequest: UInt64 = 16 << 20

  private static let isNamed = SQLStatement("SELECT state = 1 FROM blobs WHERE id = $1")

  private struct Position {
    /// The range that is being read, and the one after it.
    var slice: BlobSlice?
    var nextSlice: BlobSlice?
    var parts: BlobSliceParts
    var reader: (any BlobReader)?
    /// Of the next range.
    var upcoming: (any BlobReader)?
    /// How many bytes of the range were given.
    var given: UInt64 = 0
    var wasAnnounced = false
    var ahead: ReadAhead

    init(_ parts: BlobSliceParts, at now: UInt64) {
      self.parts = parts
      ahead = ReadAhead(at: now)
      slice = self.parts.next()
      nextSlice = self.parts.next()
    }

    /// The next range, when it is to be asked for.
    var due: BlobSlice? {
      guard upcoming == nil, let slice, ahead.isDue(slice.length - min(given, slice.length)) else { return nil }
      return nextSlice
    }

    /// The range was given whole.
    mutating func proceed(at now: UInt64) {
      ahead.proceed(given, at: now)
      (slice, nextSlice) = (nextSlice, parts.next())
      (reader, upcoming) = (upcoming, nil)
      given = 0
    }
  }

  private let names: NameDatabase
  private let blobs: any BlobStore
  private let isPiped: Bool
  private let position: Mutex<Position>

  /// - Parameter isPiped: whether whoever reads takes bytes in pipes.
  init(_ slices: [BlobSlice], _ names: NameDatabase, _ blobs: any BlobStore, isPiped: Bool) {
    self.names = names
    self.blobs = blobs
    self.isPiped = isPiped
    let parts = BlobSliceParts(slices, upTo: Self.mostOfARequest)
    position = Mutex(Position(parts, at: Clock.monotonicNanoseconds()))
  }

  /// Asks for the first bytes, again where others were given their connection meanwhile. Where that fails, `next` does, too.
  nonisolated(nonsending) func prepare() async {
    if let reader = position.withLock({ $0.reader }) { return reader.prepare() }
    guard let slice = position.withLock({ $0.slice }),
      let reader = try? await blobs.read(slice, from: 0, piped: isPiped)
    else { return }
    reader.prepare()
    position.withLock { position in
      if position.reader == nil, position.given == 0, position.slice == slice { position.reader = reader }
    }
  }

  nonisolated(nonsending) func next(secured: Bool) async throws(StorageError) -> Chunk? {
    switch try await next(piped: false) {
    case .chunk(let chunk)?: return chunk
    case .piped?: preconditionFailure("a pipe that nobody asked for")
    case nil: return nil
    }
  }

  var mayPipe: Bool { position.withLock { $0.reader }?.mayPipe ?? false }

  nonisolated(nonsending) func nextPiped() async throws(StorageError) -> PipedChunk? { try await next(piped: true) }

  private nonisolated(nonsending) func next(piped: Bool) async throws(StorageError) -> PipedChunk? {
    while true {
      // One task calls, and calls do not overlap: the position is taken out and put back.
      let (slice, reader, isAnnounced) = position.withLock { position in
        defer { position.wasAnnounced = true }
        return (position.slice, position.reader, position.wasAnnounced)
      }
      guard let slice else { return nil }
      let chunk: PipedChunk?
      do throws(BlobError) {
        let source: any BlobReader
        if let reader {
          source = reader
        } else {
          source = try await blobs.read(slice, from: 0, piped: isPiped)
        }
        // Whoever has gathered bytes sends them before this waits for the engine.
        if !isAnnounced, !source.isReady {
          position.withLock { $0.reader = source }
          return .chunk(.late)
        }
        if let due = position.withLock({ $0.due }) {
          let upcoming = try await blobs.read(due, from: 0, piped: isPiped)
          upcoming.prepare()
          position.withLock { $0.upcoming = upcoming }
        }
        switch piped ? try await source.nextPiped() : try await source.next().map({ .bytes($0) }) {
        case .bytes(let bytes)?: chunk = .chunk(.bytes(bytes))
        case .piped(let pipe, let count)?: chunk = .piped(pipe, count: count)
        case nil: chunk = nil
        }
        position.withLock { $0.reader = source }
      } catch { throw await failure(error, slice) }
      let isRight = position.withLock { position in
        position.wasAnnounced = false
        if let chunk {
          position.given += chunk.count
          return position.given <= slice.length
        }
        defer { position.proceed(at: Clock.monotonicNanoseconds()) }
        return position.given == slice.length
      }
      guard isRight else { throw .unavailable("the engine's blob \(slice.id) has another length than was put") }
      if let chunk, chunk.count > 0 { return chunk }
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
