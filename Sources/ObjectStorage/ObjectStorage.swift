public import AccountRecords
public import ArchiveDownload
public import EventLoop
public import FastCGI
internal import FastCGIWire
internal import HTTPSemantics
public import Journal
internal import Posix
internal import S3Authentication
internal import S3Documents
public import Storage
public import WebService

/// The configuration of the object store.
public struct ObjectStorageConfiguration: Sendable {
  /// The operator's pair; without it the service is closed.
  public var rootKey: (access: String, secret: String)?
  /// The language of pages for a client that names none.
  public var language: ActivityLanguage
  /// The domain below which each host is a bucket's, in lower case; nil where all addresses are path-style.
  public var domain: String?
  /// Whether operations that change something are refused.
  public var isReadOnly: Bool

  /// Settings of an object store.
  public init(
    rootKey: (access: String, secret: String)?, language: ActivityLanguage = .english, domain: String? = nil,
    isReadOnly: Bool = false
  ) {
    self.rootKey = rootKey
    self.language = language
    self.domain = domain
    self.isReadOnly = isReadOnly
  }
}

/// The object store: the S3 API over buckets.
@EventLoopActor
public final class ObjectStorage {
  /// Threads for documents, policies and hashes that take their time.
  private static let computingThreads = 4

  private let configuration: ObjectStorageConfiguration
  private let authenticator: Authenticator
  private let authorizer: Authorizer
  private let hosts: VirtualHosts
  private let crossOrigin: CrossOrigin
  private let overviews: BucketOverviews
  private let families: OperationFamilies
  private let activity: ActivityLog
  private let log: OperatorLog
  private let metrics: ServiceMetrics
  private let firstRoute: Int

  /// - Parameters:
  ///   - storage: where the objects of all buckets are but those that are built in.
  ///   - pictures: the objects of the bucket `images`.
  ///   - photos: those of the bucket `photos`.
  ///   - archives: streams folders as archives.
  ///   - firstRoute: the place of `operationNames` among the names of the metrics.
  public init(
    _ configuration: ObjectStorageConfiguration, storage: any ObjectStorageBackend, pictures: any ObjectStore,
    photos: any ObjectStore, keys: AccessKeyStore, archives: ArchiveDownload,
    activity: ActivityLog, log: OperatorLog, metrics: ServiceMetrics, firstRoute: Int
  ) {
    self.configuration = configuration
    self.activity = activity
    self.log = log
    self.metrics = metrics
    self.firstRoute = firstRoute
    let owner = configuration.rootKey?.access ?? ""
    let router = BucketRouter(storage, [.pictures(pictures, owner: owner), .photos(photos, owner: owner)])
    let computing = BlockingPool(name: "s3", limit: Self.computingThreads)
    let objects = S3Calls<any ObjectStore>(store: router, log: log)
    let uploads = S3Calls<any MultipartStore>(store: router, log: log)
    let catalog = S3Calls<any BucketCatalog>(store: router, log: log)
    let parsed = ParsedDocuments()
    let documents = DocumentReader(pool: computing)
    let events = ObjectEvents(activity: activity, log: log)
    authenticator = Authenticator(
      root: configuration.rootKey, keys: keys, documents: parsed, pool: computing, log: log)
    authorizer = Authorizer(objects: objects, catalog: catalog, documents: parsed, pool: computing, log: log)
    hosts = VirtualHosts(domain: configuration.domain, catalog: catalog)
    crossOrigin = CrossOrigin(catalog: router, parsed: parsed, pool: computing)
    overviews = BucketOverviews(router: router, authenticator: authenticator, authorizer: authorizer)
    let lists = AccessLists(authenticator: authenticator)
    let newObjects = NewObjects(lists: lists)
    let receiver = BodyReceiver(lanes: DigestLanes())
    let sources = CopySources(objects: objects, authorizer: authorizer)
    families = OperationFamilies(
      buckets: BucketOperations(
        catalog: catalog, authorizer: authorizer, hosts: hosts, lists: lists, documents: documents, parsed: parsed,
        activity: activity, log: log),
      documents: BucketDocuments(catalog: catalog, documents: documents, activity: activity, log: log),
      accessControl: AccessControl(objects: objects, catalog: catalog, lists: lists, documents: documents),
      listing: ObjectListing(objects: objects, uploads: uploads),
      reading: ObjectReading(objects: objects, log: log),
      writing: ObjectWriting(objects: objects, newObjects: newObjects, receiver: receiver, events: events),
      copying: ObjectCopying(
        objects: objects, sources: sources, newObjects: newObjects, authorizer: authorizer, events: events),
      deletion: ObjectDeletion(objects: objects, authorizer: authorizer, documents: documents, events: events),
      tagging: ObjectTagging(objects: objects, authorizer: authorizer, documents: documents, events: events),
      uploads: MultipartUploads(
        uploads: uploads, objects: objects, newObjects: newObjects, sources: sources, receiver: receiver,
        documents: documents, events: events),
      forms: FormPosts(
        objects: objects, authenticator: authenticator, authorizer: authorizer, newObjects: newObjects, events: events),
      archives: FolderArchives(
        authorizer: authorizer, archives: archives,
        language: configuration.language, log: log))
  }

  /// The names of all operations, for the metrics.
  public nonisolated static var operationNames: [String] { S3Operation.names.map { "s3 \($0)" } }

  /// Answers one request.
  /// - Parameter sender: who sends it, where another service has made sure of that.
  public func handle(_ request: Request, _ writer: ResponseWriter, from sender: VerifiedSender? = nil) async {
    metrics.add(1, to: .requestsActive)
    let exchange = await answer(request, writer, sender)
    metrics.subtract(1, from: .requestsActive)
    metrics.add(writer.bytesSent, to: .bytesSent)
    metrics.add(request.body.receivedLength, to: .bytesReceived)
    metrics.record(
      route: firstRoute + S3Operation.index(exchange.operation), status: writer.isAborted ? nil : exchange.status?.code,
      nanoseconds: EventLoop.current.now &- request.started)
  }

  private func answer(_ request: Request, _ writer: ResponseWriter, _ sender: VerifiedSender?) async -> S3Exchange {
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
    do throws(S3Error) { host = try hosts.host(fields, parameters, sender) } catch { problem = error }
    let hostBucket = hosts.bucket(host)
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
      try await hosts.refuseUnserved(exchange)
      try await serve(exchange)
    } catch {
      await refuse(exchange, error)
    }
    return exchange
  }

  private func serve(_ exchange: S3Exchange) async throws(S3Error) {
    await crossOrigin.addFields(exchange)
    if exchange.method == .options { return try await crossOrigin.answerPreflight(exchange) }
    let isCopy = exchange.fields.contains("x-amz-copy-source")
    var operation = try S3Operation(exchange.method, exchange.address, exchange.query, isCopy: isCopy)
    exchange.operation = operation
    try await authenticator.authenticate(exchange)
    if isCopy, !exchange.fields.contains("x-amz-copy-source") {
      // The signature has shown that the field was of another name.
      operation = try S3Operation(exchange.method, exchange.address, exchange.query, isCopy: false)
      exchange.operation = operation
    }
    try await perform(operation, exchange)
  }

  /// Carries an operation out, for whoever may have it done.
  private func perform(_ operation: S3Operation, _ exchange: S3Exchange) async throws(S3Error) {
    guard let entry = S3OperationTable.entry(of: operation) else { throw .notImplemented() }
    if configuration.isReadOnly, exchange.isChange { throw .readOnly }
    switch entry.handler {
    case .alone(let perform): try await perform(families, exchange)
    case .inBucket(let perform):
      let bucket = try await authorizer.authorize(operation, exchange)
      // An empty one is refused before anything is read.
      _ = try exchange.version()
      try await perform(families, exchange, bucket)
    }
  }

  private func refuse(_ exchange: S3Exchange, _ error: S3Error) async {
    if error == .internalError { log.error("object store: internal error", ["request": exchange.requestID]) }
    // Of what another service lets in, a look at what is not the sender's is worth a line, too.
    if exchange.isChange || (exchange.sender != nil && error.status == .forbidden), let bucket = exchange.address.bucket
    {
      activity.record(
        .objectRefused(bucket: bucket, key: String(decoding: exchange.key, as: UTF8.self), code: error.code))
    }
    guard !exchange.writer.hasStarted else { return }
    await exchange.refuse(error)
  }

  /// What an account could find out about a bucket by listing it and asking for its documents, in one answer.
  /// - Parameters:
  ///   - address: the client's, which a policy may ask for.
  ///   - isSecure: whether the client speaks TLS, likewise.
  /// - Returns: nil where there is no such bucket, or where the account may find out nothing.
  public func overview(
    of bucketName: String, account: String, address: String, isSecure: Bool
  ) async -> BucketOverview? {
    await overviews.overview(of: bucketName, account: account, address: address, isSecure: isSecure)
  }
}
