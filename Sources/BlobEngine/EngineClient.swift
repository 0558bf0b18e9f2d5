public import EventLoop
internal import HTTPSemantics
internal import HTTPTransfer
internal import Posix
internal import S3Authentication
internal import S3Documents

/// Keeps blobs in a server that speaks S3: the client of one process, on its loop.
///
/// Blobs never change, and their names are never used twice; so each request may be sent again. Little is asked of the
/// server: put with a length and a Content-MD5, get with a range, head, delete, and lists in any order.
@EventLoopActor
public final class EngineClient {
  /// Whose requests these are.
  public struct Credentials: Sendable {
    /// The access key.
    public let accessKey: String
    /// The secret key.
    public let secretKey: String
    /// The region that signatures name.
    public let region: String

    /// A key pair.
    public init(accessKey: String, secretKey: String, region: String) {
      self.accessKey = accessKey
      self.secretKey = secretKey
      self.region = region
    }
  }

  /// Where the blobs are.
  public let endpoint: EngineEndpoint
  let limits: EngineLimits
  let pool: BlockingPool
  let transfers: MultiTransfer
  private let signer: S3RequestSigner
  private var breaker = Breaker()
  private let slots: ConnectionSlots
  private let report: (EngineEvent) -> Void
  /// For whom a request is that begins now.
  let origin: () -> String?
  private var readers: [ObjectIdentifier: WeakReader] = [:]
  /// Whether the latest answer to a put had the MD5 of the blob. Before the first it is assumed not to.
  public internal(set) var answersMD5 = false
  var comparison = ChecksumComparison.unknown
  /// When it may be tried again whether the engine compares checksums, on the loop's clock.
  var nextTrial: UInt64 = 0

  /// - Parameters:
  ///   - pool: where contents are digested whose MD5 nobody knows.
  ///   - report: hears of each request that is over.
  ///   - origin: says for whom a request is that begins now, for `report`.
  /// - Throws: where libcurl is not there.
  public init(
    _ endpoint: EngineEndpoint, _ credentials: Credentials, limits: EngineLimits = EngineLimits(), pool: BlockingPool,
    report: @escaping @EventLoopActor (EngineEvent) -> Void = { _ in },
    origin: @escaping @EventLoopActor () -> String? = { nil }
  ) throws(EngineError) {
    self.endpoint = endpoint
    self.limits = limits
    self.pool = pool
    self.report = report
    self.origin = origin
    signer = S3RequestSigner(
      S3Signer.Credentials(accessKey: credentials.accessKey, secretKey: credentials.secretKey),
      region: credentials.region)
    do throws(HTTPFailure) {
      transfers = try MultiTransfer(idleConnections: 64, buffers: limits.buffers)
    } catch {
      throw .unreachable(error)
    }
    if endpoint.origin.isSecure { transfers.readTrust() }
    slots = ConnectionSlots(limit: limits.connections)
    slots.reclaim = { [weak self] in self?.closeIdleReader() }
  }

  /// How it does at the moment.
  public var state: EngineState {
    EngineState(isAway: breaker.isOpen, connections: slots.count, waiting: slots.waitingCount)
  }

  // MARK: Requests

  /// A request that is about to be sent.
  struct Request {
    var method: String
    var target: String
    var fields = HeaderFields()
    /// The length of the content that is sent with it; nil for none.
    var bodyLength: UInt64?
    var timeouts: ExchangeTimeouts
    /// Whether it is signed. One that is not shows what anybody may do.
    var isSigned = true
    /// Whether the body of its answer is to be detached.
    var isDetachable = false
  }

  /// Signs a request and sends its head.
  func begin(_ request: Request) throws(EngineError) -> StreamedExchange {
    var fields = request.fields
    if request.isSigned {
      do throws(S3AuthenticationError) {
        fields = try signer.sign(
          request.method, request.target, host: endpoint.origin.authority, fields: fields,
          payload: request.bodyLength == nil ? .empty : .unsigned, now: Clock.now().seconds)
      } catch {
        throw .malformed(error.message)
      }
    }
    fields.append("User-Agent", "vitrine")
    do throws(HTTPFailure) {
      return try transfers.begin(
        HTTPRequest(request.method, request.target, fields), to: endpoint.origin, bodyLength: request.bodyLength,
        timeouts: request.timeouts, detachable: request.isDetachable)
    } catch {
      throw .unreachable(error)
    }
  }

  /// The head of the answer, whatever its status.
  func head(of exchange: StreamedExchange) async throws(EngineError) -> HTTPResponse {
    do throws(HTTPFailure) { return try await exchange.response() } catch {
      // An engine that refuses a put may close before it has taken all of it.
      if let answer = exchange.answerSoFar, answer.status >= 300 { return answer }
      throw .unreachable(error)
    }
  }

  /// The body of an answer that is small; the rest of one that is not is left alone, with its connection.
  func smallBody(of exchange: StreamedExchange, limit: Int = 64 << 10) async throws(EngineError) -> [UInt8] {
    var body: [UInt8] = []
    do throws(HTTPFailure) {
      while let bytes = try await exchange.read() {
        body += bytes
        guard body.count <= limit else {
          exchange.cancel()
          throw .malformed
        }
      }
    } catch {
      exchange.cancel()
      throw .unreachable(error)
    }
    return body
  }

  /// What an answer with an error says.
  func refusal(_ answer: HTTPResponse, _ exchange: StreamedExchange) async -> EngineError {
    let body = (try? await smallBody(of: exchange)) ?? []
    let document = ErrorAnswer(parsing: body)
    if answer.status == 404, document.map({ $0.code == "NoSuchKey" }) ?? true { return .missing }
    return .refused(
      EngineRefusal(
        status: answer.status, code: document?.code ?? "", message: document?.message ?? "",
        requestID: answer.fields["x-amz-request-id"] ?? document?.requestID))
  }

  /// Sends a request without a body and takes its whole answer.
  func ask(_ request: Request, bodyLimit: Int = 64 << 10) async throws(EngineError) -> HTTPResponse {
    let exchange = try begin(request)
    defer { exchange.cancel() }
    var answer = try await head(of: exchange)
    guard (200..<300).contains(answer.status) else { throw await refusal(answer, exchange) }
    answer.body = try await smallBody(of: exchange, limit: bodyLimit)
    return answer
  }

  // MARK: Tries

  /// Does something that takes one connection, again where it failed and that may pass.
  /// - Parameters:
  ///   - mayRepeat: whether it can be done again.
  ///   - body: gives the engine's number of the request with its value.
  func perform<Value: Sendable>(
    _ operation: EngineOperation, _ name: String, mayRepeat: () -> Bool = { true },
    _ body: @EventLoopActor () async throws(EngineError) -> (value: Value, requestID: String?)
  ) async throws(EngineError) -> Value {
    var attempt = 1
    let origin = origin()
    let deadline = EventLoop.current.now &+ UInt64(limits.retryWindow) * 1_000_000
    while true {
      let slot = try await admit()
      defer { slots.give(slot) }
      let began = EventLoop.current.now
      do throws(EngineError) {
        let (value, requestID) = try await body()
        finish(operation, name, nil, requestID: requestID, origin, began: began, isRepeated: attempt > 1)
        return value
      } catch {
        finish(operation, name, error, requestID: nil, origin, began: began, isRepeated: attempt > 1)
        guard error.mayPass, mayRepeat(), attempt < limits.attempts, EventLoop.current.now < deadline, !breaker.isOpen
        else {
          throw error
        }
      }
      slots.give(slot)
      await pause(attempt)
      attempt += 1
    }
  }

  /// Takes a slot, unless the engine is away.
  func admit() async throws(EngineError) -> ConnectionSlots.Slot {
    guard !breaker.isOpen else { throw .away }
    guard let slot = await slots.take(within: UInt64(limits.turn) * 1_000_000) else { throw .busy }
    guard !breaker.isOpen else {
      slots.give(slot)
      throw .away
    }
    return slot
  }

  /// Takes a slot for what need not be asked for yet.
  func admitNow() -> ConnectionSlots.Slot? { breaker.isOpen ? nil : slots.takeFree() }

  func give(_ slot: ConnectionSlots.Slot) { slots.give(slot) }

  /// Notes how a request ended.
  /// - Parameter isAnswered: whether anything has come, where there is no error.
  func finish(
    _ operation: EngineOperation, _ name: String, _ error: EngineError?, requestID: String?, _ origin: String?,
    began: UInt64, isRepeated: Bool, isAnswered: Bool = true
  ) {
    if let error, error.meansAbsence {
      if breaker.failed() { probe() }
    } else if isAnswered, error != .contentFailed {
      breaker.answered()
    }
    var requestID = requestID
    if case .refused(let refusal) = error { requestID = refusal.requestID }
    report(
      EngineEvent(
        operation: operation, name: name, error: error, requestID: requestID, origin: origin,
        nanoseconds: EventLoop.current.now &- began, isRepeated: isRepeated))
  }

  /// The head of an answer has come.
  func noteAnswer() { breaker.answered() }

  var isAway: Bool { breaker.isOpen }

  /// Waits before the next try.
  func pause(_ attempt: Int) async {
    let base = UInt64(limits.pause) << UInt64(min(attempt - 1, 6)) * 1_000_000
    await EventLoop.current.sleep(nanoseconds: base + UInt64.random(in: 0...base))
  }

  /// Asks until the engine answers again.
  private func probe() {
    EventLoop.current.start { [weak self] in
      while let self, self.breaker.isOpen {
        await EventLoop.current.sleep(nanoseconds: Breaker.probeInterval)
        let began = EventLoop.current.now
        var timeouts = self.limits.small
        timeouts.whole = 3_000
        do throws(EngineError) {
          _ = try await self.ask(
            Request(method: "HEAD", target: self.endpoint.target("probe"), timeouts: timeouts))
          self.finish(.probe, "probe", nil, requestID: nil, nil, began: began, isRepeated: true)
        } catch {
          // That there is no such blob is an answer.
          self.finish(
            .probe, "probe", error == .missing ? nil : error, requestID: nil, nil, began: began, isRepeated: true)
        }
      }
    }
  }

  // MARK: Readers

  /// Readers that hold a connection, in case somebody needs it more.
  func register(_ reader: BlobDownload) { readers[ObjectIdentifier(reader)] = WeakReader(reader) }

  func unregister(_ identity: ObjectIdentifier) { readers[identity] = nil }

  /// Closes the connection of a reader of which nothing was asked yet, or of the one that has left its own alone for longest;
  /// it goes on with another one later.
  private func closeIdleReader() {
    let limit = EventLoop.current.now &- UInt64(limits.idleReader) * 1_000_000
    readers = readers.filter { $0.value.reader != nil }
    let idle = readers.values.compactMap(\.reader).filter { reader in
      reader.isAhead || reader.idleSince.map { $0 <= limit } ?? false
    }
    idle.min { ($0.idleSince ?? .max) < ($1.idleSince ?? .max) }?.suspend()
  }
}

/// A reader that others hold.
private struct WeakReader {
  weak var reader: BlobDownload?

  init(_ reader: BlobDownload) { self.reader = reader }
}
