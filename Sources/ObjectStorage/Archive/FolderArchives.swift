internal import ArchiveDownload
internal import EventLoop
internal import FastCGI
internal import HTTPSemantics
internal import Journal
internal import Posix
internal import S3Documents
internal import Storage
internal import WebService

/// Folders of buckets as archives.
@EventLoopActor
struct FolderArchives {
  let authorizer: Authorizer
  let archives: ArchiveDownload
  /// The language of pages for a client that names none.
  let language: ActivityLanguage
  let log: OperatorLog

  /// `GET /bucket/prefix/?archive=zip`: the folder as a zip, for whoever may both list it and get every object in it.
  /// With `member=name`, any number of times, only the objects of these names in it, and the folders where a name ends in
  /// a slash.
  func get(_ exchange: S3Exchange) async throws(S3Error) {
    try UnsupportedFields.refuseEncryption(exchange.fields)
    guard exchange.query.first("archive") == "zip" else {
      throw .invalidArgument("Only zip archives can be made.", name: "archive", value: exchange.query.first("archive"))
    }
    let prefix = exchange.key
    guard prefix.isEmpty || prefix.last == UInt8(ascii: "/") else {
      throw .invalidArgument("An archive is of a folder: its address ends in a slash.", name: "archive", value: "zip")
    }
    let bucket = try await authorizer.bucket(exchange.bucketName())
    try authorizer.checkOwner(of: bucket, exchange.fields)
    var context = exchange.policyContext()
    context["s3:prefix"] = [String(decoding: prefix, as: UTF8.self)]
    for access in [
      AccessRequest(action: .listBucket, resource: .bucket(bucket.name), context: context),
      AccessRequest(
        action: .getObject, resource: try Authorizer.resource(bucket.name, prefix + [UInt8(ascii: "*")]),
        context: context),
    ] {
      guard await authorizer.decide(access, in: bucket, for: exchange.caller) == .allow else { throw .accessDenied() }
    }
    let selection = ArchiveSelection(exchange.query.all("member").map { Array($0.utf8) })
    let work = PolicyWork(limit: Self.archiveSteps)
    var each = exchange.policyContext(work: work)
    each["s3:prefix"] = context["s3:prefix"]
    let source = ArchiveSource(
      name: Self.archiveName(bucket.name.text, prefix),
      TreeSelection(
        bucket: bucket.name.text, .prefix(prefix), includesUnlisted: exchange.caller.isRoot,
        filter: Self.filter(bucket, exchange.caller, each, work) { selection.contains($0.dropFirst(prefix.count)) }),
      isFilledByOthers: bucket.name.text == BuiltInBucket.photosName, needsMembers: !prefix.isEmpty)
    let request: WebRequest
    do throws(Problem) {
      request = try WebRequest(exchange.parameters, defaultLanguage: language)
      let web = Exchange(request: request, captures: [:], body: exchange.body, writer: exchange.writer)
      try await archives.deliver(source, to: web)
      exchange.note(web.status)
    } catch {
      if error.code == .internalError, let context = error.context {
        log.error(context, ["request": exchange.requestID])
      }
      if let seconds = error.retryAfter { exchange.commonFields.set("Retry-After", String(seconds)) }
      throw S3Error(archive: error)
    }
  }

  /// The steps that decisions about all objects of an archive may take: a second or so, on a thread that may wait.
  private static let archiveSteps = 1 << 30

  /// The last folder of the prefix; the bucket where there is none.
  private static func archiveName(_ bucket: String, _ prefix: [UInt8]) -> String {
    prefix.split(separator: UInt8(ascii: "/")).last.map { String(decoding: $0, as: UTF8.self) } ?? bucket
  }

  /// Leaves out what was not chosen, and what the caller may not get; nothing only because it took too long to find out.
  private static func filter(
    _ bucket: Bucket, _ caller: Caller, _ context: PolicyContext, _ work: PolicyWork,
    isChosen: @escaping @Sendable ([UInt8]) -> Bool
  ) -> TreeSelection.Filter {
    let needsTags = bucket.asksForExistingTags(caller)
    return { (key, metadata) throws(StorageError) in
      guard isChosen(key), let resource = try? Authorizer.resource(bucket.name, key) else { return false }
      var access = AccessRequest(action: .getObject, resource: resource, context: context)
      if needsTags {
        guard let metadata = metadata() else { return false }
        access.context.setExistingTags(TagSet(stored: metadata.tags))
      }
      let isAllowed = bucket.allows(access, to: caller)
      guard !work.isExhausted else {
        throw .io(.fileTooLarge, context: "a policy costs more to judge than an archive may")
      }
      return isAllowed
    }
  }
}

extension S3Error {
  /// Why no archive is made. The one who asks may list what is in it, and gets the reason.
  fileprivate init(archive problem: Problem) {
    switch problem.code {
    case .notFound: self = .noSuchKey
    case .overloaded: self = .slowDown
    case .cannotBePacked, .beingFilled:
      self.init("ServiceUnavailable", .serviceUnavailable, problem.cause ?? problem.text(LocalizedStrings(.english)))
    case .archiveChanged:
      self.init("PreconditionFailed", .preconditionFailed, problem.text(LocalizedStrings(.english)))
    default: self = .internalError
    }
  }
}
