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
    _ slice: BlobSlice, from offset: UInt64, piped: Bool
  ) async throws(BlobError) -> any BlobReader {
    let start = slice.content?.start ?? 0
    guard slice.entityTag == nil, let key = BlobKey(slice.id, start: start), slice.start >= start else {
      return try await engine.read(slice, from: offset, piped: piped)
    }
    if let slot = cache.slot(of: key, upTo: slice.end - start) {
      return CachedReader(slice, from: offset, slot, cache, engine)
    }
    cache.count(isHit: false)
    guard slice.start + offset == start, slice.content.map({ $0.length == slice.length }) ?? true,
      let copy = cache.copy(key, length: slice.length, md5: slice.content?.md5)
    else { return try await engine.read(slice, from: offset, piped: piped) }
    return CopyingReader(try await engine.read(slice, from: offset), copy)
  }

  /// Puts a blob into the engine.
  @discardableResult
  public nonisolated(nonsending) func put(
    _ blob: NewBlob, from content: any BlobContent
  ) async throws(BlobError) -> [UInt8] {
    try await engine.put(blob, from: content)
  }

  /// As the engine does.
  public var answersMD5: Bool { engine.answersMD5 }

  /// As the engine does.
  public var findsMD5: Bool { engine.findsMD5 }

  /// What the engine says of a blob.
  public nonisolated(nonsending) func head(_ id: BlobID) async throws(BlobError) -> BlobStatus {
    try await engine.head(id)
  }

  /// Removes a blob from the engine. Copies of what shared it are no longer asked for.
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

/// Reads a content from the cache, and from the engine what is no longer there.
private final class CachedReader: BlobReader {
  private struct State {
    /// How many bytes of the slice were given, or left out.
    var offset: UInt64
    /// Reads on where the cache has lost the content.
    var other: (any BlobReader)?
    var isCounted = false
  }

  private let slice: BlobSlice
  private let slot: CacheRing.Slot
  private let cache: BlobCache
  private let engine: any BlobStore
  private let state: Mutex<State>

  init(_ slice: BlobSlice, from offset: UInt64, _ slot: CacheRing.Slot, _ cache: BlobCache, _ engine: any BlobStore) {
    self.slice = slice
    self.slot = slot
    self.cache = cache
    self.engine = engine
    state = Mutex(State(offset: offset))
  }

  nonisolated(nonsending) func next() async throws(BlobError) -> [UInt8]? {
    let (offset, other, isCounted) = state.withLock { state in
      defer { state.isCounted = true }
      return (state.offset, state.other, state.isCounted)
    }
    guard offset < slice.length else { return nil }
    if let other { return try await other.next() }
    let start = slice.start - (slice.content?.start ?? 0)
    let bytes = cachedBytes(start + offset..<start + slice.length)
    if !isCounted { cache.count(isHit: bytes != nil) }
    if let bytes {
      state.withLock { $0.offset = offset + UInt64(bytes.count) }
      return bytes
    }
    let reader = try await engine.read(slice, from: offset)
    state.withLock { $0.other = reader }
    return try await reader.next()
  }

  /// The bytes of a range of the content that its first piece has.
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
