internal import EventLoop
internal import FileStore
internal import HTTPSemantics
internal import S3Documents

extension ObjectStorage {
  /// Adds what lets a browser give the answer to a page of another origin.
  func addCrossOriginFields(_ exchange: S3Exchange) async {
    guard exchange.method != .options, let origin = exchange.fields["origin"],
      let rule = await rules(exchange)?.first(
        origin: origin, method: exchange.fields["access-control-request-method"] ?? exchange.method.rawValue,
        headers: [])
    else { return }
    exchange.commonFields = Self.fields(rule, origin: origin)
  }

  /// OPTIONS: whether a browser may make a request.
  func answerPreflight(_ exchange: S3Exchange) async throws(S3Error) {
    guard let origin = exchange.fields["origin"] else {
      throw .invalidRequest("Insufficient information. Origin request header needed.")
    }
    guard let method = exchange.fields["access-control-request-method"], CrossOriginRules.methods.contains(method)
    else {
      throw .invalidRequest(
        "Invalid Access-Control-Request-Method: \(exchange.fields["access-control-request-method"] ?? "null")")
    }
    let headers = (exchange.fields.list(of: "access-control-request-headers") ?? "").split(separator: ",")
      .map { String($0).trimmingSpaces.lowercased() }.filter { !$0.isEmpty }
    guard let rule = await rules(exchange)?.first(origin: origin, method: method, headers: headers) else {
      throw .accessForbidden(method: method, resourceType: exchange.address.key == nil ? "BUCKET" : "OBJECT")
    }
    var fields = Self.fields(rule, origin: origin)
    if !headers.isEmpty { fields.set("Access-Control-Allow-Headers", headers.joined(separator: ", ")) }
    await exchange.respond(.ok, fields)
  }

  private static func fields(_ rule: CrossOriginRules.Rule, origin: String) -> HeaderFields {
    let isOpen = rule.origins.contains { $0.text == "*" }
    var fields = HeaderFields([
      ("Access-Control-Allow-Origin", isOpen ? "*" : origin),
      ("Access-Control-Allow-Methods", rule.methods.joined(separator: ", ")),
      ("Vary", "Origin, Access-Control-Request-Headers, Access-Control-Request-Method"),
    ])
    if !isOpen { fields.set("Access-Control-Allow-Credentials", "true") }
    if !rule.exposed.isEmpty { fields.set("Access-Control-Expose-Headers", rule.exposed.joined(separator: ", ")) }
    if let age = rule.maximumAge { fields.set("Access-Control-Max-Age", age) }
    return fields
  }

  private func rules(_ exchange: S3Exchange) async -> CrossOriginRules? {
    guard let bucket = exchange.address.bucket,
      let configuration = try? await onStore({ (store) throws(BucketError) in try store.configuration(bucket) }),
      let text = configuration.documents["cors"]
    else { return nil }
    return try? CrossOriginRules(Array(text.utf8))
  }
}
