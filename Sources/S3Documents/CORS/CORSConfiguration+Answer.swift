public import HTTPSemantics

/// The answer to a browser (Fetch standard, "CORS protocol").
extension CORSConfiguration {
  /// The fields that the answer to a request gets; none if the request has no `Origin`, or no rule fits.
  ///
  /// - Parameter method: that of the request. Where the request has `Access-Control-Request-Method` all the same, S3
  ///   goes by that.
  public func answer(to headers: HeaderFields, method: HTTPMethod) -> HeaderFields {
    guard let origin = headers["origin"] else { return HeaderFields() }
    let method = headers["access-control-request-method"].map(HTTPMethod.init) ?? method
    guard let rule = rule(origin, method, requested: []) else { return HeaderFields() }
    return rule.fields(origin)
  }

  /// The most fields that a preflight may ask for: each is held against each pattern.
  static let requestedLimit = 128
  /// The most bytes of their names.
  static let requestedLength = 8_192

  /// The fields of the answer to a preflight.
  ///
  /// - Parameters:
  ///   - configuration: the bucket's; nil if it has none.
  ///   - resourceType: `BUCKET` or `OBJECT`, for the error.
  /// - Throws: `BadRequest` for a request that is no preflight, `AccessForbidden` if no rule allows it.
  public static func preflight(
    _ configuration: CORSConfiguration?, _ headers: HeaderFields, resourceType: String
  ) throws(S3Error) -> HeaderFields {
    guard let origin = headers["origin"] else {
      throw .badRequest("Insufficient information. Origin request header needed.")
    }
    guard let method = headers["access-control-request-method"], !method.isEmpty else {
      throw .badRequest("Invalid Access-Control-Request-Method: null")
    }
    let requested = (headers.list(of: "access-control-request-headers") ?? "").split(separator: ",")
      .map(\.trimmed.asciiLowercased).filter { !$0.isEmpty }
    guard requested.count <= requestedLimit, requested.reduce(0, { $0 + $1.utf8.count }) <= requestedLength,
      let rule = configuration?.rule(
        origin, HTTPMethod(rawValue: method), requested: Set(requested).map { Array($0.utf8) })
    else {
      throw .accessForbidden(method: method, resourceType: resourceType)
    }
    var fields = rule.fields(origin)
    if !requested.isEmpty { fields.set("Access-Control-Allow-Headers", requested.joined(separator: ", ")) }
    return fields
  }

  private func rule(_ origin: String, _ method: HTTPMethod, requested: [[UInt8]]) -> CORSRule? {
    rules.first { rule in
      rule.allows(origin: origin) && rule.allows(method) && requested.allSatisfy { rule.allows(header: $0) }
    }
  }
}

extension CORSRule {
  /// A rule for every origin says so, and takes no credentials; any other names the origin.
  fileprivate func fields(_ origin: String) -> HeaderFields {
    var fields = HeaderFields()
    if allowedOrigins.contains("*") {
      fields.set("Access-Control-Allow-Origin", "*")
    } else {
      fields.set("Access-Control-Allow-Origin", origin)
      fields.set("Access-Control-Allow-Credentials", "true")
    }
    fields.set("Access-Control-Allow-Methods", HTTPMethod.allow(allowedMethods))
    if !exposedHeaders.isEmpty {
      fields.set("Access-Control-Expose-Headers", exposedHeaders.joined(separator: ", "))
    }
    if let maxAge { fields.set("Access-Control-Max-Age", String(maxAge)) }
    fields.set("Vary", "Origin, Access-Control-Request-Headers, Access-Control-Request-Method")
    return fields
  }
}
