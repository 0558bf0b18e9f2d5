internal import Digests
internal import EventLoop
internal import HTTPSemantics
internal import HTTPTransfer
internal import Synchronization

/// A blob that is to be put.
public struct EngineBlob: Sendable, Equatable {
  /// Its name, below the endpoint's prefix.
  public var name: String
  /// Its length in bytes.
  public var length: UInt64
  /// The MD5 of its bytes; nil where it is not known before they are sent.
  public var md5: [UInt8]?
  /// The CRC-32 of its bytes; nil where it is not known before they are sent.
  public var crc32: UInt32?
  /// What is kept with it: the value of `x-amz-meta-vitrine`, in ASCII.
  public var metadata: String?

  /// A blob.
  public init(_ name: String, length: UInt64, md5: [UInt8]? = nil, crc32: UInt32? = nil, metadata: String? = nil) {
    self.name = name
    self.length = length
    self.md5 = md5
    self.crc32 = crc32
    self.metadata = metadata
  }
}

extension EngineClient {
  /// The bytes of a content from an offset on, at most so many and at least one, in the pieces in which they lie.
  public typealias Content =
    @EventLoopActor (_ offset: UInt64, _ limit: Int) async throws(EngineError) -> [ArraySlice<UInt8>]

  /// Supplies the MD5 of a content once all of it was sent.
  public typealias FinalMD5 = @EventLoopActor () async throws(EngineError) -> [UInt8]

  /// Puts a blob. The engine has said that it keeps these bytes when this returns: their MD5 is compared, here or there, or
  /// their CRC-32, where that is known and the MD5 is not.
  ///
  /// The content is asked for piece by piece, and again from its beginning where the engine has to be tried again. The last
  /// piece is sent when it is given, and the engine makes no blob of less than the length: content that turns out to be
  /// wrong before its last piece is given never becomes one.
  /// - Parameters:
  ///   - finalMD5: of a content that comes while it is sent; where nil, an MD5 that nobody has found is computed.
  ///   - canBeginAgain: whether the content can still be given from its beginning. Otherwise nothing is tried again.
  /// - Returns: the MD5 of the bytes.
  @discardableResult
  public func put(
    _ blob: EngineBlob, finalMD5: FinalMD5? = nil, canBeginAgain: () -> Bool = { true }, from content: Content
  ) async throws(EngineError) -> [UInt8] {
    if blob.crc32 != nil, blob.length >= Self.leastTried { tryComparison() }
    return try await perform(.put, blob.name, mayRepeat: canBeginAgain) { () async throws(EngineError) in
      let isCompared = blob.md5 == nil && finalMD5 == nil && self.comparison == .compares
      return try await self.putOnce(blob, finalMD5, declaring: isCompared ? blob.crc32 : nil, from: content)
    }
  }

  /// Blobs of so many bytes are worth to try whether the engine can find their MD5.
  static let leastTried: UInt64 = 65_536

  /// Bytes that a content is asked for at once, even where many blobs are put at the same time: each time may cost a change of
  /// threads.
  private static let leastPiece = 32_768
  /// Bytes for each millisecond that an engine may take for its answer beyond the time for a short blob: some begin to write
  /// when they have all of it.
  private static let slowestBytesPerMillisecond: UInt64 = 16_384

  /// - Parameter crc32: has the engine compare it, and find the MD5.
  /// - Returns: the MD5, and the engine's number of the request.
  func putOnce(
    _ blob: EngineBlob, _ finalMD5: FinalMD5? = nil, declaring crc32: UInt32? = nil, from content: Content
  ) async throws(EngineError) -> (value: [UInt8], requestID: String?) {
    var timeouts = limits.put
    timeouts.answer += Int(blob.length / Self.slowestBytesPerMillisecond)
    let exchange = try begin(
      Request(
        method: "PUT", target: endpoint.target(blob.name), fields: Self.fields(of: blob, crc32),
        bodyLength: blob.length, timeouts: timeouts))
    defer { exchange.cancel() }
    let digest = blob.md5 == nil && finalMD5 == nil && crc32 == nil ? RunningDigest() : nil
    try await send(content, of: blob, over: exchange, digest)
    let answer = try await head(of: exchange)
    guard answer.status == 200 else { throw await putRefusal(answer, exchange) }
    _ = try await smallBody(of: exchange)
    var known = blob.md5
    if let digest { known = try digest.finalize(blob.crc32) }
    if known == nil, let finalMD5 { known = try await finalMD5() }
    let isCompared = crc32 != nil && answer.fields[Self.checksumField] == crc32.map(Self.encoded)
    if crc32 != nil, !isCompared {
      doubtComparison()
      known = try await md5(of: content, blob)
    }
    let answered = answer.fields.blobMD5
    answersMD5 = answered != nil
    if let answered, let known, answered != known {
      throw .damaged("the engine answers the MD5 \(Hexadecimal.encode(answered)) for \(Hexadecimal.encode(known))")
    }
    if answered == nil {
      guard finalMD5 == nil else { throw .damaged("the engine does not answer the MD5 of what was put") }
      // It compared a Content-MD5 or a CRC-32 itself. Without them the length is all that can still be looked at.
      if blob.md5 == nil, !isCompared { try await checkLength(blob) }
    }
    let found: [UInt8]
    if let md5 = known ?? answered { found = md5 } else { found = try await md5(of: content, blob) }
    return (found, answer.fields["x-amz-request-id"])
  }

  /// Sends all of a content.
  private func send(
    _ content: Content, of blob: EngineBlob, over exchange: StreamedExchange, _ digest: RunningDigest?
  ) async throws(EngineError) {
    var offset: UInt64 = 0
    while offset < blob.length {
      let most = UInt64(max(Self.leastPiece, transfers.bufferShare / 2))
      let pieces = try await content(offset, Int(min(most, blob.length - offset)))
      let count = UInt64(pieces.reduce(0) { $0 + $1.count })
      guard count > 0, count <= blob.length - offset else { throw .contentFailed }
      if let digest { await pool.run { () in for piece in pieces { digest.update(piece) } } }
      do throws(HTTPFailure) { try await exchange.send(pieces) } catch {
        guard let answer = exchange.answerSoFar, answer.status >= 300 else { throw .unreachable(error) }
        throw await putRefusal(answer, exchange)
      }
      offset += count
    }
    exchange.finish()
  }

  private static let checksumField = "x-amz-checksum-crc32"

  private static func encoded(_ crc32: UInt32) -> String { Base64.standard.encode(crc32.bigEndianBytes) }

  /// The MD5 of a content that has been sent.
  private func md5(of content: Content, _ blob: EngineBlob) async throws(EngineError) -> [UInt8] {
    let digest = RunningDigest()
    var offset: UInt64 = 0
    while offset < blob.length {
      let pieces = try await content(offset, Int(min(262_144, blob.length - offset)))
      let count = pieces.reduce(0) { $0 + $1.count }
      guard count > 0 else { throw .contentFailed }
      await pool.run { () in for piece in pieces { digest.update(piece) } }
      offset += UInt64(count)
    }
    return try digest.finalize(blob.crc32)
  }

  private func putRefusal(_ answer: HTTPResponse, _ exchange: StreamedExchange) async -> EngineError {
    let error = await refusal(answer, exchange)
    return error == .missing ? .refused(EngineRefusal(status: 404)) : error
  }

  private static func fields(of blob: EngineBlob, _ crc32: UInt32?) -> HeaderFields {
    var fields = HeaderFields([("Content-Type", "application/octet-stream")])
    if let md5 = blob.md5 { fields.append("Content-MD5", Base64.standard.encode(md5)) }
    if let crc32 { fields.append(checksumField, encoded(crc32)) }
    if let metadata = blob.metadata { fields.append("x-amz-meta-vitrine", metadata) }
    return fields
  }

  private func checkLength(_ blob: EngineBlob) async throws(EngineError) {
    let status = try await headOnce(blob.name).value
    guard status.length == blob.length else {
      throw .damaged("the engine keeps \(status.length) bytes of \(blob.length)")
    }
  }
}

extension HeaderFields {
  /// The MD5 of a blob that an answer tells. An entity tag of 32 hexadecimal digits is it, unless the engine encrypts under
  /// a key of its own.
  var blobMD5: [UInt8]? {
    let encryption = self["x-amz-server-side-encryption"]
    guard encryption == nil || encryption == "AES256",
      let tag = self["ETag"].map(EngineClient.bareTag), tag.utf8.count == 32
    else { return nil }
    return Hexadecimal.decode(tag.asciiLowercased.utf8)
  }
}

/// The digests of a content, with which threads of a pool go on, one after the other.
private final class RunningDigest: Sendable {
  private struct State: ~Copyable {
    var md5: MD5? = MD5()
    var crc32 = CRC32()
  }

  private let state = Mutex(State())

  func update(_ bytes: ArraySlice<UInt8>) {
    state.withLock { state in
      state.md5?.update(bytes.span)
      state.crc32.update(bytes.span)
    }
  }

  /// The MD5; to be called once.
  /// - Parameter crc32: of the content as it came, where that is known.
  /// - Throws: where the bytes are others by now.
  func finalize(_ crc32: UInt32?) throws(EngineError) -> [UInt8] {
    try state.withLock { (state) throws(EngineError) in
      if let crc32, crc32 != state.crc32.value {
        throw .damaged("what was sent to the engine has another CRC-32 than what came")
      }
      return state.md5.take()?.finalize() ?? []
    }
  }
}
