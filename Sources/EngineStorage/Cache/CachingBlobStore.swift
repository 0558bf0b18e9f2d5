internal import Synchronization

/// A store of blobs of which those that are read again and again lie on this host, too. That is right without asking
/// anybody: a blob never changes, and no name is used twice.
public final class CachingBlobStore: BlobStore {
  private let engine: any BlobStore
  private let cache: BlobCache

  /// A cache in front of an engine.
  public init(_ engine: any BlobStore, _ cache: BlobCache) {
    self.engine = engine
    self.cache = cache
  }

  /// Reads from the cache what is there; what is not, from the engine, and keeps it if it was asked for before.
  public nonisolated(nonsending) func read(
    _ id: BlobID, _ range: Range<UInt64>, entityTag: String?
  ) async throws(BlobError) -> any BlobReader {
    guard entityTag == nil, let key = BlobKey(id) else { return try await engine.read(id, range, entityTag: entityTag) }
    if let slot = cache.slot(of: key, upTo: range.upperBound) {
      return CachedReader(id, range, slot, cache, engine)
    }
    cache.count(isHit: false)
    let reader = try await engine.read(id, range, entityTag: nil)
    guard range.lowerBound == 0, let copy = cache.copy(key, length: range.upperBound) else { return reader }
    return CopyingReader(reader, copy)
  }

  /// Puts a blob into the engine.
  public nonisolated(nonsending) func put(_ blob: NewBlob, from content: any BlobContent) async throws(BlobError) {
    try await engine.put(blob, from: content)
  }

  /// What the engine says of a blob.
  public nonisolated(nonsending) func head(_ id: BlobID) async throws(BlobError) -> BlobStatus {
    try await engine.head(id)
  }

  /// Removes a blob from the engine and from this host.
  public nonisolated(nonsending) func remove(_ id: BlobID) async throws(BlobError) {
    if let key = BlobKey(id) { cache.forget(key) }
    try await engine.remove(id)
  }

  /// A page of the engine's list.
  public nonisolated(nonsending) func list(
    _ prefix: String, after position: BlobListPosition?
  ) async throws(BlobError) -> BlobPage {
    try await engine.list(prefix, after: position)
  }
}

/// Reads a blob from the cache, and from the engine what is no longer there.
private final class CachedReader: BlobReader {
  private struct State {
    var rest: Range<UInt64>
    /// Reads on where the cache has lost the blob.
    var other: (any BlobReader)?
    var isCounted = false
  }

  private let id: BlobID
  private let slot: CacheRing.Slot
  private let cache: BlobCache
  private let engine: any BlobStore
  private let state: Mutex<State>

  init(_ id: BlobID, _ range: Range<UInt64>, _ slot: CacheRing.Slot, _ cache: BlobCache, _ engine: any BlobStore) {
    self.id = id
    self.slot = slot
    self.cache = cache
    self.engine = engine
    state = Mutex(State(rest: range))
  }

  nonisolated(nonsending) func next() async throws(BlobError) -> [UInt8]? {
    let (rest, other, isCounted) = state.withLock { state in
      defer { state.isCounted = true }
      return (state.rest, state.other, state.isCounted)
    }
    guard !rest.isEmpty else { return nil }
    if let other { return try await other.next() }
    let bytes = cachedBytes(rest)
    if !isCounted { cache.count(isHit: bytes != nil) }
    if let bytes {
      state.withLock { $0.rest = rest.lowerBound + UInt64(bytes.count)..<rest.upperBound }
      return bytes
    }
    let reader = try await engine.read(id, rest, entityTag: nil)
    state.withLock { $0.other = reader }
    return try await reader.next()
  }

  /// The bytes of a range that its first piece has.
  private func cachedBytes(_ range: Range<UInt64>) -> [UInt8]? {
    let size = UInt64(BlobCache.pieceSize)
    let number = range.lowerBound / size
    guard let piece = cache.piece(Int(number), of: slot) else { return nil }
    let part = Int(range.lowerBound - number * size)..<min(piece.count, Int(range.upperBound - number * size))
    return part == 0..<piece.count ? piece : Array(piece[part])
  }

  var isReady: Bool { state.withLock { $0.other }?.isReady ?? true }
}

/// Reads a blob from the engine, and has a copy made.
private final class CopyingReader: BlobReader {
  private let reader: any BlobReader
  private let copy: BlobCopy

  init(_ reader: any BlobReader, _ copy: BlobCopy) {
    self.reader = reader
    self.copy = copy
  }

  nonisolated(nonsending) func next() async throws(BlobError) -> [UInt8]? {
    guard let bytes = try await reader.next() else { return nil }
    copy.append(bytes, of: reader.whole)
    return bytes
  }

  func prepare() { reader.prepare() }

  var isReady: Bool { reader.isReady }

  var whole: WholeBlob? { reader.whole }
}
