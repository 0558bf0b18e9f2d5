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
  /// What is kept with it: the value of `x-amz-meta-vitrine`, in ASCII.
  public var metadata: String?

  /// A blob.
  public init(_ name: String, length: UInt64, md5: [UInt8]? = nil, metadata: String? = nil) {
    self.name = name
    self.length = length
    self.md5 = md5
    self.metadata = metadata
  }
}

extension EngineClient {
  /// The bytes of a content from an offset on, at most so many and at least one.
  public typealias Content =
    @EventLoopActor (_ offset: UInt64, _ limit: Int) async throws(EngineError) -> ArraySlice<UInt8>

  /// Supplies the MD5 of a content once all of it was sent.
  public typealias FinalMD5 = @EventLoopActor () async throws(EngineError) -> [UInt8]

  /// Puts a blob. The engine has said that it keeps these bytes when this returns.
  ///
  /// The content is asked for piece by piece, and again from its beginning where the engine has to be tried again. The last
  /// piece is sent when it is given, and the engine makes no blob of less than the length: content that turns out to be
  /// wrong before its last piece is given never becomes one.
  /// - Parameters:
  ///   - finalMD5: of a content that comes while it is sent; where nil, an MD5 that the blob lacks is computed.
  ///   - canBeginAgain: whether the content can still be given from its beginning. Otherwise nothing is tried again.
  public func put(
    _ blob: EngineBlob, finalMD5: FinalMD5? = nil, canBeginAgain: () -> Bool = { true }, from content: Content
  ) async throws(EngineError) {
    try await perform(.put, blob.name, mayRepeat: canBeginAgain) { () async throws(EngineError) in
      ((), try await self.putOnce(blob, finalMD5, from: content))
    }
  }

  /// Bytes that a content is asked for at once, even where many blobs are put at the same time: each time may cost a change of
  /// threads.
  private static let leastPiece = 32_768
  /// Bytes for each millisecond that an engine may take for its answer beyond the time for a short blob: some begin to write
  /// when they have all of it.
  private static let slowestBytesPerMillisecond: UInt64 = 16_384

  /// - Returns: the engine's number of the request.
  private func putOnce(
    _ blob: EngineBlob, _ finalMD5: FinalMD5?, from content: Content
  ) async throws(EngineError) -> String? {
    var timeouts = limits.put
    timeouts.answer += Int(blob.length / Self.slowestBytesPerMillisecond)
    let exchange = try begin(
      Request(
        method: "PUT", target: endpoint.target(blob.name), fields: Self.fields(of: blob), bodyLength: blob.length,
        timeouts: timeouts))
    defer { exchange.cancel() }
    let digest = blob.md5 == nil && finalMD5 == nil ? RunningMD5() : nil
    var offset: UInt64 = 0
    while offset < blob.length {
      let most = UInt64(max(Self.leastPiece, transfers.bufferShare / 2))
      let piece = try await content(offset, Int(min(most, blob.length - offset)))
      guard !piece.isEmpty, UInt64(piece.count) <= blob.length - offset else { throw .contentFailed }
      if let digest { await pool.run { () in digest.update(piece) } }
      do throws(HTTPFailure) { try await exchange.send(piece) } catch {
        guard let answer = exchange.answerSoFar, answer.status >= 300 else { throw .unreachable(error) }
        throw await putRefusal(answer, exchange)
      }
      offset += UInt64(piece.count)
    }
    exchange.finish()
    let answer = try await head(of: exchange)
    guard answer.status == 200 else { throw await putRefusal(answer, exchange) }
    _ = try await smallBody(of: exchange)
    var md5 = blob.md5 ?? digest?.finalize() ?? []
    if blob.md5 == nil, let finalMD5 { md5 = try await finalMD5() }
    let answeredDigest = AnsweredDigest(answer.fields)
    answersMD5 = answeredDigest != .unknown
    switch answeredDigest {
    case .md5(let answered):
      guard answered == md5 else {
        throw .damaged("the engine answers the MD5 \(Hexadecimal.encode(answered)) for \(Hexadecimal.encode(md5))")
      }
    case .unknown:
      guard finalMD5 == nil else { throw .damaged("the engine does not answer the MD5 of what was put") }
      // It compared a Content-MD5 itself. Without one, the length is all that can still be looked at.
      if blob.md5 == nil { try await checkLength(blob) }
    }
    return answer.fields["x-amz-request-id"]
  }

  private func putRefusal(_ answer: HTTPResponse, _ exchange: StreamedExchange) async -> EngineError {
    let error = await refusal(answer, exchange)
    return error == .missing ? .refused(EngineRefusal(status: 404)) : error
  }

  private static func fields(of blob: EngineBlob) -> HeaderFields {
    var fields = HeaderFields([("Content-Type", "application/octet-stream")])
    if let md5 = blob.md5 { fields.append("Content-MD5", Base64.standard.encode(md5)) }
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

/// What the answer to a put says of the bytes that came.
enum AnsweredDigest: Equatable {
  /// Their MD5.
  case md5([UInt8])
  /// Nothing that can be compared.
  case unknown

  /// An entity tag of 32 hexadecimal digits is the MD5, unless the engine encrypts under a key of its own.
  init(_ fields: HeaderFields) {
    let encryption = fields["x-amz-server-side-encryption"]
    guard encryption == nil || encryption == "AES256",
      let tag = fields["ETag"].map(EngineClient.bareTag), tag.utf8.count == 32,
      let bytes = Hexadecimal.decode(tag.asciiLowercased.utf8)
    else {
      self = .unknown
      return
    }
    self = .md5(bytes)
  }
}

/// An MD5 that threads of a pool go on with, one after the other.
private final class RunningMD5: Sendable {
  private let digest = Mutex<MD5?>(MD5())

  func update(_ bytes: ArraySlice<UInt8>) { digest.withLock { $0?.update(bytes.span) } }

  func finalize() -> [UInt8]? { digest.withLock { $0.take()?.finalize() } }
}
