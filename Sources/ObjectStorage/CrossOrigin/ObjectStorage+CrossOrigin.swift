internal import EventLoop
internal import HTTPSemantics
internal import LocalStorage
internal import S3Documents
internal import Storage

extension ObjectStorage {
  /// Adds what lets a browser give the answer to a page of another origin.
  func addCrossOriginFields(_ exchange: S3Exchange) async {
    guard exchange.method != .options, exchange.fields.contains("origin") else { return }
    let (fields, method) = (exchange.fields, exchange.method)
    exchange.commonFields = await crossOrigin(exchange) { $0?.answer(to: fields, method: method) } ?? HeaderFields()
  }

  /// OPTIONS: whether a browser may make a request.
  func answerPreflight(_ exchange: S3Exchange) async throws(S3Error) {
    let (fields, type) = (exchange.fields, exchange.address.key == nil ? "BUCKET" : "OBJECT")
    let answer = await crossOrigin(exchange) { rules in
      Result { () throws(S3Error) in try CORSConfiguration.preflight(rules, fields, resourceType: type) }
    }
    await exchange.respond(.ok, try answer.get())
  }

  /// Asks the rules of the bucket, which may be many, on a thread that may wait.
  private func crossOrigin<Answer: Sendable>(
    _ exchange: S3Exchange, _ ask: @escaping @Sendable (CORSConfiguration?) -> Answer
  ) async -> Answer {
    guard let bucket = exchange.address.bucket else { return ask(nil) }
    let (store, documents) = (self.store, self.documents)
    return await pool.run {
      let text = (try? store.configuration(bucket))?.text(of: .cors)
      return ask(text.flatMap { documents.crossOriginRules(of: bucket, $0) })
    }
  }
}
