internal import EventLoop
internal import FileStore
internal import HTTPSemantics
internal import S3Documents

extension ObjectStorage {
  /// Adds what lets a browser give the answer to a page of another origin.
  func addCrossOriginFields(_ exchange: S3Exchange) async {
    guard exchange.method != .options, exchange.fields.contains("origin"), let rules = await rules(exchange) else {
      return
    }
    exchange.commonFields = rules.answer(to: exchange.fields, method: exchange.method)
  }

  /// OPTIONS: whether a browser may make a request.
  func answerPreflight(_ exchange: S3Exchange) async throws(S3Error) {
    let fields = try CORSConfiguration.preflight(
      await rules(exchange), exchange.fields, resourceType: exchange.address.key == nil ? "BUCKET" : "OBJECT")
    await exchange.respond(.ok, fields)
  }

  private func rules(_ exchange: S3Exchange) async -> CORSConfiguration? {
    guard let bucket = exchange.address.bucket,
      let configuration = try? await onStore({ (store) throws(BucketError) in try store.configuration(bucket) }),
      let document = configuration.document(.cors)
    else { return nil }
    return try? CORSConfiguration(document: document)
  }
}
