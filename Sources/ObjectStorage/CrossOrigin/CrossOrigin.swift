internal import EventLoop
internal import HTTPSemantics
internal import S3Documents
internal import Storage

/// What lets a browser give an answer to a page of another origin.
@EventLoopActor
struct CrossOrigin {
  let catalog: any BucketCatalog
  let parsed: ParsedDocuments
  /// Threads for rules, of which there may be many.
  let pool: BlockingPool

  /// Adds the fields that go with every answer to a request of a page.
  func addFields(_ exchange: S3Exchange) async {
    guard exchange.method != .options, exchange.fields.contains("origin") else { return }
    let (fields, method) = (exchange.fields, exchange.method)
    exchange.commonFields = await ask(exchange) { $0?.answer(to: fields, method: method) } ?? HeaderFields()
  }

  /// OPTIONS: whether a browser may make a request.
  func answerPreflight(_ exchange: S3Exchange) async throws(S3Error) {
    let (fields, type) = (exchange.fields, exchange.address.key == nil ? "BUCKET" : "OBJECT")
    let answer = await ask(exchange) { rules in
      Result { () throws(S3Error) in try CORSConfiguration.preflight(rules, fields, resourceType: type) }
    }
    await exchange.respond(.ok, try answer.get())
  }

  /// Asks the rules of the bucket.
  private func ask<Answer: Sendable>(
    _ exchange: S3Exchange, _ question: @escaping @Sendable (CORSConfiguration?) -> Answer
  ) async -> Answer {
    guard let bucket = exchange.address.bucket, let configuration = try? await catalog.configuration(of: bucket),
      let text = configuration.text(of: .cors)
    else { return question(nil) }
    return await pool.run { [parsed] in question(parsed.crossOriginRules(of: bucket, text)) }
  }
}
