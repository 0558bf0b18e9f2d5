public import ArchiveDownload
public import EventLoop
public import FastCGI
internal import FastCGIWire
internal import HTTPSemantics
public import Journal
public import LocalStorage
internal import Posix
internal import S3Authentication
internal import S3Documents
internal import Storage
public import WebService

/// What the object store is told by the settings.
public struct ObjectStorageConfiguration: Sendable {
  /// The operator's pair; without it the door is closed.
  public var rootKey: (access: String, secret: String)?
  /// The language of pages for a client that names none.
  public var language: ActivityLanguage
  /// The domain below which each host is a bucket's, in lower case; nil where all addresses are path-style.
  public var domain: String?

  /// Settings of an object store.
  public init(
    rootKey: (access: String, secret: String)?, language: ActivityLanguage = .english, domain: String? = nil
  ) {
    self.rootKey = rootKey
    self.language = language
    self.domain = domain
  }
}

/// The object store: the S3 API over buckets of plain files.
@EventLoopActor
public final class ObjectStorage {
  let configuration: ObjectStorageConfiguration
  let store: Buckets
  let keys: AccessKeyStore
  let archives: ArchiveDownload
  let pool: BlockingPool
  /// Threads that may wait for the disks of objects that are sent.
  let threads = DiskThreads()
  let activity: ActivityLog
  let log: OperatorLog
  let documents = KeptDocuments()
  private let metrics: ServiceMetrics
  private let firstRoute: Int

  /// - Parameters:
  ///   - special: the folders of other doors that are buckets, too.
  ///   - archives: streams folders as archives.
  ///   - pool: threads that may wait for the store.
  ///   - firstRoute: the place of `operationNames` among the names of the metrics.
  public init(
    _ configuration: ObjectStorageConfiguration, store: BucketStore, special: SpecialFolders, keys: AccessKeyStore,
    archives: ArchiveDownload,
    pool: BlockingPool, activity: ActivityLog, log: OperatorLog, metrics: ServiceMetrics, firstRoute: Int
  ) {
    self.configuration = configuration
    self.store = Buckets(plain: store, special: special.buckets(owner: configuration.rootKey?.access ?? ""))
    self.keys = keys
    self.pool = pool
    self.activity = activity
    self.log = log
    self.archives = archives
    self.metrics = metrics
    self.firstRoute = firstRoute
  }

  /// The names of all operations, for the metrics.
  public nonisolated static var operationNames: [String] { S3Operation.names.map { "s3 \($0)" } }

  /// Answers one request.
  /// - Parameter sender: who sends it, where another door has made sure of that.
  public func handle(_ request: Request, _ writer: ResponseWriter, from sender: KnownSender? = nil) async {
    metrics.add(1, to: .requestsActive)
    let exchange = await answer(request, writer, sender)
    metrics.subtract(1, from: .requestsActive)
    metrics.add(writer.bytesSent, to: .bytesSent)
    metrics.add(request.body.receivedLength, to: .bytesReceived)
    metrics.record(
      route: firstRoute + S3Operation.place(exchange.operation), status: writer.isAborted ? nil : exchange.status?.code,
      nanoseconds: EventLoop.current.now &- request.started)
  }

  private func answer(_ request: Request, _ writer: ResponseWriter, _ sender: KnownSender?) async -> S3Exchange {
    let parameters = request.parameters
    let requestID = parameters["REQUEST_ID"] ?? "0"
    let method = HTTPMethod(rawValue: parameters["REQUEST_METHOD"] ?? "GET")
    let fields = HeaderFields(cgiParameters: parameters.all)
    var raw = parameters.value(of: "REQUEST_URI") ?? ArraySlice("/".utf8)
    if let sender { raw = sender.target(below: raw) }
    let isSecure = parameters["REQUEST_SCHEME"] == "https"
    let origin = (isSecure ? "https://" : "http://") + (fields["host"] ?? "localhost")
    var problem: S3Error?
    var host: HostName?
    do throws(S3Error) { host = try self.host(fields, parameters, sender) } catch { problem = error }
    let hostBucket = hostBucket(host)
    var address = S3Address.service
    var target: RequestTarget?
    do throws(RequestTargetError) { target = try RequestTarget(raw) } catch {
      // Without the query, in which signatures and tokens stand.
      problem = .invalidURI(String(decoding: raw.prefix { $0 != UInt8(ascii: "?") }, as: UTF8.self))
    }
    if let target {
      do throws(S3Error) {
        address = try S3Address(rawPath: target.rawPath, hostBucket: hostBucket)
      } catch {
        problem = error
      }
    }
    let exchange = S3Exchange(
      method: method, address: address, target: target ?? .root, fields: fields,
      parameters: parameters, clientAddress: parameters["REMOTE_ADDR"] ?? "-", requestID: requestID, origin: origin,
      body: request.body,
      writer: writer, host: host, hostBucket: hostBucket)
    exchange.sender = sender
    do throws(S3Error) {
      guard configuration.rootKey != nil else { throw .closed }
      if let problem { throw problem }
      try RepetitionRule.check(fields, exchange.query)
      try await refuseUnservedVirtualHost(exchange)
      try await serve(exchange)
    } catch {
      await refuse(exchange, error)
    }
    return exchange
  }

  private func serve(_ exchange: S3Exchange) async throws(S3Error) {
    await addCrossOriginFields(exchange)
    if exchange.method == .options { return try await answerPreflight(exchange) }
    let isCopy = exchange.fields.contains("x-amz-copy-source")
    var operation = try S3Operation(exchange.method, exchange.address, exchange.query, isCopy: isCopy)
    exchange.operation = operation
    let outcome = try await authenticate(exchange)
    if isCopy, !exchange.fields.contains("x-amz-copy-source") {
      // The signature has told that the field was of another name.
      operation = try S3Operation(exchange.method, exchange.address, exchange.query, isCopy: false)
      exchange.operation = operation
    }
    try await perform(operation, exchange, outcome)
  }

  private func refuse(_ exchange: S3Exchange, _ error: S3Error) async {
    if error == .internalError { log.error("object store: internal error", ["request": exchange.requestID]) }
    let isChange = exchange.method != .get && exchange.method != .head
    // Of what another door lets in, a look at what is not the sender's is worth a line, too.
    if isChange || (exchange.sender != nil && error.status == .forbidden), let bucket = exchange.address.bucket {
      activity.record(
        .objectRefused(bucket: bucket, key: String(decoding: exchange.key, as: UTF8.self), code: error.code))
    }
    guard !exchange.writer.hasStarted else { return }
    await exchange.refuse(error)
  }

  // MARK: Who asks

  private func authenticate(_ exchange: S3Exchange) async throws(S3Error) -> S3AuthenticationOutcome {
    var request = S3Request(
      method: exchange.method.rawValue, rawPath: exchange.target.rawPath, rawQuery: exchange.target.rawQuery ?? [],
      fields: exchange.fields, hostBucket: exchange.hostBucket)
    do throws(S3Error) { return try authenticate(request, exchange, await accessKeys()) } catch {
      guard error.code == "SignatureDoesNotMatch", let hash = try await undeclaredBodyHash(exchange)
      else { throw error }
      request.bodyHash = hash
      return try authenticate(request, exchange, await accessKeys())
    }
  }

  private func authenticate(
    _ request: S3Request, _ exchange: S3Exchange, _ keys: AccessKeys
  ) throws(S3Error) -> S3AuthenticationOutcome {
    var unreadable: StoreError?
    do throws(S3AuthenticationError) {
      let outcome = try S3Authenticator.authenticate(request, now: Clock.now().seconds) {
        secret(of: $0, keys, unreadable: &unreadable)
      }
      exchange.caller = caller(outcome.accessKey ?? exchange.sender?.account, keys)
      if case .authenticated(let request) = outcome {
        exchange.fields = request.fields
        for field in request.impliedFields.fields { exchange.fields.append(field.name, field.value) }
      }
      return outcome
    } catch {
      throw refusal(error, unreadable, exchange)
    }
  }

  /// What the sender is told. Keys that cannot be read are not keys that do not exist.
  func refusal(_ error: S3AuthenticationError, _ unreadable: StoreError?, _ exchange: S3Exchange) -> S3Error {
    guard let unreadable else { return S3Error(error) }
    log.error("object store: \(unreadable)", ["request": exchange.requestID])
    return .internalError
  }

  /// The access keys as they are at this moment. A thread of the pool looks where the file may be another one.
  func accessKeys() async -> AccessKeys {
    if let known = keys.snapshot { return known }
    return await pool.run { [keys] in keys.read() }
  }

  /// The secret of an access key; nil for one that does not exist, is disabled, or cannot be read.
  /// - Parameter unreadable: why the keys cannot be read.
  func secret(of name: String, _ keys: AccessKeys, unreadable: inout StoreError?) -> String? {
    if let root = configuration.rootKey, name == root.access { return root.secret }
    do throws(StoreError) {
      guard let key = try keys.key(name), !key.isDisabled else { return nil }
      return key.secret
    } catch {
      unreadable = error
      return nil
    }
  }

  func caller(_ name: String?, _ keys: AccessKeys) -> Caller {
    guard let name else { return .anonymous }
    if name == configuration.rootKey?.access { return .root(name: name) }
    // What narrows an account and cannot be read must not pass for nothing.
    guard let key = try? keys.key(name) else { return .account(name: name, policy: .unreadable) }
    return .account(name: name, policy: key.policy.map { documents.policy(of: .account(name), $0) })
  }

  // MARK: The store

  /// Runs something that takes its time, on a thread of the pool.
  func onPool<Value: Sendable>(_ work: @escaping @Sendable () throws(S3Error) -> Value) async throws(S3Error) -> Value {
    try await pool.run(work)
  }

  /// Runs a write under a condition on a thread that may wait; an error tells which condition did not hold.
  func onStore<Value: Sendable>(
    _ condition: WriteCondition, _ work: @escaping @Sendable (Buckets) throws(BucketError) -> Value
  ) async throws(S3Error) -> Value {
    do throws(S3Error) { return try await onStore(work) } catch {
      guard error.code == "PreconditionFailed" else { throw error }
      throw .preconditionFailed(condition: condition.fieldNames)
    }
  }

  /// Runs something of the store on a thread that may wait.
  func onStore<Value: Sendable>(
    _ work: @escaping @Sendable (Buckets) throws(BucketError) -> Value
  ) async throws(S3Error) -> Value {
    let store = self.store
    do throws(BucketError) {
      return try await pool.run { () throws(BucketError) in try work(store) }
    } catch {
      if case .store(let cause) = error { log.error("object store: \(cause)") }
      throw S3Error(error)
    }
  }
}
