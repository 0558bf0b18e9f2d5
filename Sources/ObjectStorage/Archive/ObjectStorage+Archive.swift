internal import ArchiveDownload
internal import EventLoop
internal import FastCGI
internal import FileStore
internal import HTTPSemantics
internal import S3Documents
internal import WebService

extension ObjectStorage {
  /// `GET /bucket/prefix/?archive=zip`: the folder as a zip, for whoever may both list it and get every object in it.
  func archive(_ exchange: S3Exchange) async throws(S3Error) {
    guard exchange.query.first("archive") == "zip" else {
      throw .invalidArgument("Only zip archives can be made.", name: "archive", value: exchange.query.first("archive"))
    }
    let (bucket, prefix) = (exchange.bucket, exchange.key)
    guard prefix.isEmpty || prefix.last == UInt8(ascii: "/") else {
      throw .invalidArgument("An archive is of a folder: its address ends in a slash.", name: "archive", value: "zip")
    }
    let configuration = try await onStore { (store) throws(BucketError) in try store.configuration(bucket) }
    var context = self.context(exchange)
    context["s3:prefix"] = String(decoding: prefix, as: UTF8.self)
    let needed: [(action: String, key: [UInt8]?)] = [
      ("s3:ListBucket", nil), ("s3:GetObject", prefix + [UInt8(ascii: "*")]),
    ]
    for (action, key) in needed {
      let access = AccessRequest(action: action, bucket: bucket, key: key, context: context)
      guard mayAccess(access, exchange.caller, configuration) else { throw .accessDenied() }
    }
    let (caller, conditions) = (exchange.caller, context)
    let source = BucketArchive(store: store, bucket: bucket, prefix: prefix, seesAll: caller.isRoot) { key in
      let access = AccessRequest(action: "s3:GetObject", bucket: bucket, key: key, context: conditions)
      return self.mayAccess(access, caller, configuration)
    }
    let request: WebRequest
    do throws(Problem) {
      request = try WebRequest(exchange.parameters, defaultLanguage: self.configuration.language)
      let web = Exchange(request: request, captures: [:], body: exchange.body, writer: exchange.writer)
      try await archives.deliver(source, to: web)
      exchange.note(web.status)
    } catch {
      switch error.code {
      case .notFound: throw S3Error.noSuchKey
      case .overloaded: throw S3Error.slowDown
      default: throw S3Error.internalError
      }
    }
  }
}
