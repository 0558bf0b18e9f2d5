public import EventLoop
internal import HTTPSemantics
internal import HTTPTransfer
public import Posix

extension EngineClient {
  /// Reads a range of a blob.
  /// - Parameters:
  ///   - range: within the blob.
  ///   - length: the length of the blob, where it is known: the engine's must be the same.
  ///   - entityTag: without quotes, where it is known: the engine's must be the same.
  ///   - piped: whether bytes of a long range are to come in pipes.
  public func read(
    _ name: String, _ range: Range<UInt64>, length: UInt64? = nil, entityTag: String? = nil, piped: Bool = false
  ) -> BlobDownload {
    BlobDownload(self, name, range, length: length, entityTag: entityTag, piped: piped)
  }
}

/// Reads a range of a blob from its beginning to its end. One task reads at a time.
///
/// A connection that breaks or stalls in the middle is replaced by another, which goes on behind the last byte that was
/// given. Where others may replace the blob, its entity tag shows that all bytes are of one. A reader that is left alone lets
/// the engine wait, and gives its connection up where others need it.
@EventLoopActor
public final class BlobDownload {
  private static let progressThatCounts: UInt64 = 1 << 20
  /// The fewest bytes for which a connection of their own is made, so that they need not pass through this process.
  static let leastDetached: UInt64 = 2 << 20

  private let client: EngineClient
  private let name: String
  private var rest: Range<UInt64>
  private let length: UInt64?
  private let isPiped: Bool
  /// Of the blob that is being read, once it is known.
  private var entityTag: String?
  /// The length of the whole blob, once the engine has answered with it.
  public private(set) var wholeLength: UInt64?
  /// The MD5 of the whole blob, once the engine has answered with it.
  public private(set) var wholeMD5: [UInt8]?
  private var open: OpenDownload?
  /// A request that was sent ahead: nobody has looked at its answer yet.
  private var sent: OpenDownload?
  /// Failures since so much was read that the way is a good one.
  private var failures = 0
  private var readSinceFailure: UInt64 = 0
  private var isWaiting = false
  private var lastRead: UInt64 = 0

  init(
    _ client: EngineClient, _ name: String, _ range: Range<UInt64>, length: UInt64?, entityTag: String?, piped: Bool
  ) {
    self.client = client
    isPiped = piped
    self.name = name
    rest = range
    self.length = length
    self.entityTag = entityTag.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Whether `next` returns without waiting.
  public var isReady: Bool { rest.isEmpty || ((open ?? sent)?.isReadable ?? false) }

  /// Whether the next bytes may come in a pipe: those of a long range, once it is asked for.
  public var mayPipe: Bool { (open ?? sent)?.mayPipe ?? false }

  /// Sends the request already where a connection is free, so that the first bytes are here when they are read.
  public func prepare() {
    guard open == nil, sent == nil, !rest.isEmpty, let slot = client.admitNow() else { return }
    sent = try? send(slot)
    lastRead = EventLoop.current.now
  }

  /// The next bytes; nil at the end of the range.
  /// - Throws: where the engine could not be brought to go on.
  public func next() async throws(EngineError) -> [UInt8]? {
    switch try await next(piped: false) {
    case .bytes(let bytes)?: return bytes
    case .piped?: preconditionFailure("a pipe that nobody asked for")
    case nil: return nil
    }
  }

  /// The next bytes, in memory or in a pipe; nil at the end of the range.
  /// - Parameter piped: whether they may come in a pipe.
  public func next(piped: Bool) async throws(EngineError) -> PipedBytes? {
    guard !rest.isEmpty else { return nil }
    isWaiting = true
    defer {
      isWaiting = false
      lastRead = EventLoop.current.now
    }
    while true {
      do throws(EngineError) { return try await read(piped: piped) } catch {
        open = nil
        failures += 1
        readSinceFailure = 0
        guard error.mayPass, failures < client.limits.attempts, !client.isAway else { throw error }
        await client.pause(failures)
      }
    }
  }

  private func read(piped: Bool) async throws(EngineError) -> PipedBytes {
    let open = try await opened()
    let piece: PipedBytes?
    do throws(HTTPFailure) { piece = try await open.read(piped: piped) } catch {
      let failure = EngineError.unreachable(error)
      open.finish(failure)
      throw failure
    }
    guard let piece, piece.count > 0 else {
      open.finish(.unreachable(.cutShort))
      throw .unreachable(.cutShort)
    }
    guard UInt64(piece.count) <= UInt64(rest.count) else {
      open.finish(.malformed("more bytes than were asked for"))
      throw .malformed("more bytes than were asked for")
    }
    rest = (rest.lowerBound + UInt64(piece.count))..<rest.upperBound
    readSinceFailure += UInt64(piece.count)
    if readSinceFailure >= Self.progressThatCounts { failures = 0 }
    if rest.isEmpty {
      // With the last byte the answer ends. A connection on which it does not is closed.
      open.exchange.close()
      open.finish(nil)
      self.open = nil
    }
    return piece
  }

  /// The answer that is being read, or a new one from the next byte on.
  private func opened() async throws(EngineError) -> OpenDownload {
    if let open { return open }
    let open: OpenDownload
    if let sent {
      open = sent
      self.sent = nil
    } else {
      open = try send(try await client.admit())
    }
    let (range, exchange) = (rest, open.exchange)
    do throws(EngineError) {
      let answer = try await client.head(of: exchange)
      open.requestID = answer.fields["x-amz-request-id"]
      switch answer.status {
      case 206: try check(answer, range)
      // rclone answers 200 to every range, with a Content-Range that tells of it; elsewhere 200 means the whole.
      case 200 where answer.fields.contains("Content-Range"): try check(answer, range)
      case 200: throw EngineError.malformed("200 to a range")
      default: throw await client.refusal(answer, exchange)
      }
    } catch {
      open.finish(error)
      throw error
    }
    // Whatever becomes of the body: somebody is there.
    client.noteAnswer()
    self.open = open
    return open
  }

  /// Asks for what is left of the range.
  private func send(_ slot: ConnectionSlots.Slot) throws(EngineError) -> OpenDownload {
    let began = EventLoop.current.now
    do throws(EngineError) {
      let exchange = try client.begin(
        EngineClient.Request(
          method: "GET", target: client.endpoint.target(name),
          fields: ["Range": "bytes=\(rest.lowerBound)-\(rest.upperBound - 1)"], timeouts: client.limits.get,
          isDetachable: isPiped && UInt64(rest.count) >= Self.leastDetached))
      client.register(self)
      return OpenDownload(client, name, exchange, slot, began: began, isRepeated: failures > 0)
    } catch {
      client.give(slot)
      throw error
    }
  }

  /// Looks whether the answer is of just the range that was asked for.
  private func check(_ answer: HTTPResponse, _ range: Range<UInt64>) throws(EngineError) {
    let text = answer.fields["Content-Range"] ?? ""
    guard let got = ContentRange.parse(text), got.range == range else { throw .malformed("Content-Range: \(text)") }
    if let count = answer.fields["Content-Length"], UInt64(count) != UInt64(range.count) {
      throw .malformed("Content-Length \(count) with Content-Range: \(text)")
    }
    if let whole = got.length, let length, whole != length {
      throw .damaged("the engine keeps \(whole) bytes of \(length)")
    }
    wholeLength = got.length
    if let md5 = answer.fields.blobMD5 { wholeMD5 = md5 }
    guard let tag = answer.fields["ETag"].map(EngineClient.bareTag), !tag.isEmpty else { return }
    guard tag == entityTag ?? tag else { throw .changed }
    entityTag = tag
  }

  /// Since when nobody has read; nil where nobody could read faster, or no connection is held.
  var idleSince: UInt64? { isWaiting || (open ?? sent) == nil ? nil : lastRead }

  /// Whether a connection is held of which nobody has asked for bytes.
  var isAhead: Bool { sent != nil && !isWaiting }

  /// Gives the connection up. The next read makes another.
  func suspend() {
    open?.finish(nil)
    sent?.finish(nil)
    (open, sent) = (nil, nil)
  }

  isolated deinit {
    client.unregister(ObjectIdentifier(self))
    open?.finish(.unreachable(.cancelled))
    sent?.finish(.unreachable(.cancelled))
  }
}

/// A request for a range, with the connection that it holds.
@EventLoopActor
private final class OpenDownload {
  let exchange: StreamedExchange
  var requestID: String?
  private let client: EngineClient
  private let name: String
  private let slot: ConnectionSlots.Slot
  private let origin: String?
  private let began: UInt64
  private let isRepeated: Bool
  private var isFinished = false
  /// The rest of the answer, once it comes past libcurl.
  private var body: DetachedBody?

  init(
    _ client: EngineClient, _ name: String, _ exchange: StreamedExchange, _ slot: ConnectionSlots.Slot, began: UInt64,
    isRepeated: Bool
  ) {
    self.client = client
    self.name = name
    self.exchange = exchange
    self.slot = slot
    origin = client.origin()
    self.began = began
    self.isRepeated = isRepeated
  }

  /// Whether bytes may come in a pipe.
  var mayPipe: Bool { exchange.isDetachable || body != nil }

  /// Whether `read` returns without waiting.
  var isReadable: Bool { body?.isReadable ?? exchange.isReadable }

  /// The next bytes of the answer's body; nil at its end.
  func read(piped: Bool) async throws(HTTPFailure) -> PipedBytes? {
    if piped, exchange.isDetachable { body = try exchange.detachBody() }
    guard let body else { return try await exchange.read().map { .bytes($0) } }
    return try await body.read(piped: piped)
  }

  /// Ends it, once.
  func finish(_ error: EngineError?) {
    guard !isFinished else { return }
    isFinished = true
    body = nil
    exchange.cancel()
    client.give(slot)
    client.finish(
      .get, name, error, requestID: requestID, origin, began: began, isRepeated: isRepeated,
      isAnswered: exchange.answerSoFar != nil)
  }
}
