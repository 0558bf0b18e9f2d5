public import BlobEngine
internal import EventLoop
internal import Posix
internal import Storage

/// Blobs in a server that speaks S3.
public final class S3BlobStore: BlobStore {
  private let client: EngineClient

  /// A store in what the client reaches.
  public init(_ client: EngineClient) { self.client = client }

  /// Puts a blob, again from its beginning where that may help.
  @discardableResult
  public nonisolated(nonsending) func put(
    _ blob: NewBlob, from content: any BlobContent
  ) async throws(BlobError) -> [UInt8] {
    try await Self.put(blob, from: content, with: client)
  }

  @EventLoopActor
  private static func put(
    _ blob: NewBlob, from content: any BlobContent, with client: EngineClient
  ) async throws(BlobError) -> [UInt8] {
    let failure = ContentFailure()
    func bytes(_ offset: UInt64, _ limit: Int) async throws(EngineError) -> [ArraySlice<UInt8>] {
      do throws(BlobError) { return try await content.pieces(at: offset, upTo: limit) } catch {
        failure.error = error
        throw .contentFailed
      }
    }
    let streamed = content as? any StreamedBlobContent
    func finalMD5() async throws(EngineError) -> [UInt8] {
      do throws(BlobError) { return try await streamed?.finalMD5() ?? [] } catch {
        failure.error = error
        throw .contentFailed
      }
    }
    let sent = EngineBlob(blob.id.name, length: blob.length, md5: blob.md5, crc32: blob.crc32, metadata: blob.metadata)
    do throws(EngineError) {
      return try await client.put(
        sent, finalMD5: streamed == nil ? nil : finalMD5, canBeginAgain: { streamed?.canBeginAgain ?? true },
        from: bytes)
    } catch .contentFailed {
      // Without an error of its own the content gave other than its length.
      throw failure.error ?? .content(.versionChanged)
    } catch {
      throw BlobError(error, blob.id)
    }
  }

  /// It follows from the latest put of this process.
  public var answersMD5: Bool { EventLoopActor.ifIsolated { client.answersMD5 } ?? false }

  /// As the client has found out.
  public var findsMD5: Bool { EventLoopActor.ifIsolated { client.findsMD5 } ?? false }

  /// Begins to read; the engine is asked with the first `next`.
  public nonisolated(nonsending) func read(
    _ slice: BlobSlice, from offset: UInt64, piped: Bool
  ) async throws(BlobError) -> any BlobReader {
    let range = slice.start + offset..<slice.end
    return S3BlobReader(
      slice.id, await client.read(slice.id.name, range, entityTag: slice.entityTag, piped: piped))
  }

  /// What the engine says of a blob.
  public nonisolated(nonsending) func head(_ id: BlobID) async throws(BlobError) -> BlobStatus {
    do throws(EngineError) {
      let status = try await client.head(id.name)
      return BlobStatus(
        length: status.length, etag: status.entityTag, md5: status.md5, metadata: status.metadata)
    } catch {
      throw BlobError(error, id)
    }
  }

  /// Removes a blob.
  public nonisolated(nonsending) func remove(_ id: BlobID) async throws(BlobError) {
    do throws(EngineError) { try await client.remove(id.name) } catch { throw BlobError(error, id) }
  }

  /// A page of names, sorted within the page.
  public nonisolated(nonsending) func list(
    _ prefix: String, after position: BlobListPosition?
  ) async throws(BlobError) -> BlobPage {
    do throws(EngineError) {
      let page = try await client.list(prefix, after: position?.token)
      let blobs = page.entries.map { entry in
        ListedBlob(name: entry.name, length: entry.length, etag: entry.entityTag, modified: entry.modified)
      }
      return BlobPage(blobs, next: page.next.map { BlobListPosition(token: $0) })
    } catch {
      throw BlobError(error, nil)
    }
  }
}

/// Why a content could not be read.
@EventLoopActor
private final class ContentFailure {
  var error: BlobError?
}

/// Reads a blob for one task.
private final class S3BlobReader: BlobReader {
  private let id: BlobID
  private let download: BlobDownload

  init(_ id: BlobID, _ download: BlobDownload) {
    self.id = id
    self.download = download
  }

  nonisolated(nonsending) func next() async throws(BlobError) -> [UInt8]? {
    do throws(EngineError) { return try await download.next() } catch { throw BlobError(error, id) }
  }

  var mayPipe: Bool { EventLoopActor.ifIsolated { download.mayPipe } ?? false }

  nonisolated(nonsending) func nextPiped() async throws(BlobError) -> PipedBytes? {
    do throws(EngineError) { return try await download.next(piped: true) } catch { throw BlobError(error, id) }
  }

  func prepare() { EventLoopActor.ifIsolated { download.prepare() } }

  /// Elsewhere than on the loop nothing can be said, and a wait is the rule.
  var isReady: Bool { EventLoopActor.ifIsolated { download.isReady } ?? false }

  var whole: WholeBlob? {
    EventLoopActor.ifIsolated {
      download.wholeLength.map { WholeBlob(length: $0, md5: download.wholeMD5) }
    } ?? nil
  }
}

extension BlobError {
  /// The failure of a request about a blob, or about a list where there is no blob.
  init(_ error: EngineError, _ id: BlobID?) {
    switch error {
    case .missing:
      self = id.map { .missing($0) } ?? .refused(status: 404, code: "", "the bucket is not there")
    case _ where error.isFull: self = .full(error.description)
    case .refused(let refusal) where !error.mayPass:
      self = .refused(status: refusal.status, code: refusal.code, refusal.description)
    case .changed: self = id.map { .changed($0) } ?? .unavailable(error.description)
    case .damaged(let words): self = id.map { .damaged($0, words) } ?? .unavailable(words)
    case .contentFailed: self = .content(.versionChanged)
    case .refused, .unreachable, .away, .busy, .malformed: self = .unavailable(error.description)
    }
  }
}
