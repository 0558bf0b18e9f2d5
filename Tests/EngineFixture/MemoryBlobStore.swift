import Digests
import EngineStorage
import HTTPSemantics
import Storage
import Synchronization

/// An engine in memory, for tests: it keeps blobs, and can be made to fail.
public final class MemoryBlobStore: BlobStore {
  /// The calls that can be made to fail.
  public enum Operation: Hashable, Sendable {
    case put, read, prepare, head, remove, list
  }

  private struct State {
    var blobs: [BlobID: (bytes: [UInt8], metadata: String?)] = [:]
    var failures: [Operation: [BlobError]] = [:]
    var counts: [Operation: Int] = [:]
    var actions: [Operation: @Sendable () async -> Void] = [:]
    var damage: Int?
  }

  private let state = Mutex(State())
  private let chunkSize: Int

  private let reportsMD5: Bool
  /// Whether it compares a CRC-32 with what is put.
  public let findsMD5: Bool

  /// An engine without blobs.
  /// - Parameters:
  ///   - chunkSize: the most bytes that a reader gives at once.
  ///   - reportsMD5: whether answers tell the MD5 of a blob.
  ///   - findsMD5: whether it compares a CRC-32 with what is put.
  public init(chunkSize: Int = 50_000, reportsMD5: Bool = true, findsMD5: Bool = false) {
    self.chunkSize = chunkSize
    self.reportsMD5 = reportsMD5
    self.findsMD5 = findsMD5
  }

  /// The names of all blobs.
  public var names: Set<String> { state.withLock { Set($0.blobs.keys.map(\.name)) } }

  /// How often a call was made.
  public func count(_ operation: Operation) -> Int { state.withLock { $0.counts[operation, default: 0] } }

  /// Makes the next calls fail, in order. A put that fails has put its blob all the same, as an engine whose answer was lost.
  public func fail(_ operation: Operation, with errors: BlobError...) {
    state.withLock { $0.failures[operation, default: []] += errors }
  }

  /// Runs an action at the end of the next call.
  public func after(_ operation: Operation, _ action: @escaping @Sendable () async -> Void) {
    state.withLock { $0.actions[operation] = action }
  }

  /// Gives a wrong byte with the next read, under the right entity tag.
  /// - Parameter offset: which byte of what is read.
  public func damageNextRead(at offset: Int = 0) { state.withLock { $0.damage = offset } }

  /// Loses a blob, as no engine should.
  public func lose(_ name: String) { state.withLock { $0.blobs = $0.blobs.filter { $0.key.name != name } } }

  /// What travels with a blob.
  public func metadata(of name: String) -> String? {
    state.withLock { state in state.blobs.first { $0.key.name == name }?.value.metadata }
  }

  private nonisolated(nonsending) func end(_ operation: Operation) async throws(BlobError) {
    let (action, failure) = state.withLock { state in
      state.counts[operation, default: 0] += 1
      let failures = state.failures[operation, default: []]
      state.failures[operation] = Array(failures.dropFirst())
      return (state.actions.removeValue(forKey: operation), failures.first)
    }
    await action?()
    if let failure { throw failure }
  }

  @discardableResult
  public nonisolated(nonsending) func put(
    _ blob: NewBlob, from content: any BlobContent
  ) async throws(BlobError) -> [UInt8] {
    var bytes: [UInt8] = []
    while true {
      let pieces = try await content.pieces(at: UInt64(bytes.count), upTo: 100_000)
      let count = pieces.reduce(0) { $0 + $1.count }
      precondition(count <= 100_000, "no more than were asked for")
      if count == 0 { break }
      for piece in pieces { bytes += piece }
    }
    guard UInt64(bytes.count) == blob.length else { throw .damaged(blob.id, "\(bytes.count) bytes") }
    let md5 = MD5.digest(of: bytes)
    if let given = blob.md5, given != md5 { throw .damaged(blob.id, "wrong MD5") }
    if findsMD5, let crc32 = blob.crc32, crc32 != CRC32.checksum(of: bytes) { throw .damaged(blob.id, "wrong CRC-32") }
    if let streamed = content as? any StreamedBlobContent, try await streamed.finalMD5() != md5 {
      throw .damaged(blob.id, "wrong MD5")
    }
    if let metadata = blob.metadata {
      precondition(metadata.utf8.count <= 1_024 && metadata.utf8.allSatisfy { 0x20..<0x7f ~= $0 })
    }
    state.withLock { [bytes] in
      precondition($0.blobs[blob.id] == nil, "a name is used once")
      $0.blobs[blob.id] = (bytes, blob.metadata)
    }
    try await end(.put)
    return md5
  }

  public var answersMD5: Bool { reportsMD5 }

  public nonisolated(nonsending) func read(
    _ slice: BlobSlice, from offset: UInt64, piped: Bool
  ) async throws(BlobError) -> any BlobReader {
    let (id, range) = (slice.id, slice.start + offset..<slice.end)
    try await end(.read)
    guard let blob = state.withLock({ $0.blobs[id] }) else { throw .missing(id) }
    guard range.upperBound <= UInt64(blob.bytes.count) else { throw .damaged(id, "too short") }
    let md5 = MD5.digest(of: blob.bytes)
    if let entityTag = slice.entityTag, entityTag != Hexadecimal.encode(md5) { throw .changed(id) }
    var bytes = blob.bytes[Int(range.lowerBound)..<Int(range.upperBound)]
    if let damage = state.withLock({ $0.damage.take() }) { bytes[bytes.startIndex + damage] ^= 1 }
    let whole = WholeBlob(length: UInt64(blob.bytes.count), md5: reportsMD5 ? md5 : nil)
    return MemoryBlobReader(bytes, chunkSize, whole) { [self] in
      state.withLock { $0.counts[.prepare, default: 0] += 1 }
    }
  }

  public nonisolated(nonsending) func head(_ id: BlobID) async throws(BlobError) -> BlobStatus {
    try await end(.head)
    guard let blob = state.withLock({ $0.blobs[id] }) else { throw .missing(id) }
    let md5 = reportsMD5 ? MD5.digest(of: blob.bytes) : nil
    // That of an engine that encrypts looks like an MD5.
    let etag = md5.map { Hexadecimal.encode($0) } ?? String(repeating: "e", count: 32)
    return BlobStatus(length: UInt64(blob.bytes.count), etag: etag, md5: md5, metadata: blob.metadata)
  }

  public nonisolated(nonsending) func remove(_ id: BlobID) async throws(BlobError) {
    try await end(.remove)
    state.withLock { $0.blobs[id] = nil }
  }

  public nonisolated(nonsending) func list(
    _ prefix: String, after position: BlobListPosition?
  ) async throws(BlobError) -> BlobPage {
    try await end(.list)
    let found = state.withLock { state in
      state.blobs.filter { $0.key.name.hasPrefix(prefix) && $0.key.name > (position?.token ?? "") }
        .sorted { $0.key.name < $1.key.name }
    }
    let page = found.prefix(100).map { id, blob in
      ListedBlob(
        name: id.name, length: UInt64(blob.bytes.count), etag: Hexadecimal.encode(MD5.digest(of: blob.bytes)),
        modified: 1_700_000_000)
    }
    return BlobPage(page, next: found.count > 100 ? page.last.map { BlobListPosition(token: $0.name) } : nil)
  }
}

private final class MemoryBlobReader: BlobReader {
  private let prepared: @Sendable () -> Void
  private let rest: Mutex<ArraySlice<UInt8>>
  private let chunkSize: Int
  let whole: WholeBlob?

  init(
    _ bytes: ArraySlice<UInt8>, _ chunkSize: Int, _ whole: WholeBlob, _ prepared: @escaping @Sendable () -> Void
  ) {
    rest = Mutex(bytes)
    self.prepared = prepared
    self.chunkSize = chunkSize
    self.whole = whole
  }

  nonisolated(nonsending) func next() async throws(BlobError) -> [UInt8]? {
    rest.withLock { rest in
      guard !rest.isEmpty else { return nil }
      defer { rest = rest.dropFirst(chunkSize) }
      return Array(rest.prefix(chunkSize))
    }
  }

  func prepare() { prepared() }

  var isReady: Bool { true }
}
