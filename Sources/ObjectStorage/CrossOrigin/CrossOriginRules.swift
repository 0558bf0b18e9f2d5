internal import S3Documents

/// The CORS configuration of a bucket.
struct CrossOriginRules: Equatable, Sendable {
  struct Rule: Equatable, Sendable {
    var origins: [WildcardPattern]
    var methods: [String]
    /// In lower case.
    var headers: [WildcardPattern]
    var exposed: [String]
    var maximumAge: String?
  }

  static let methods: Set = ["GET", "HEAD", "PUT", "POST", "DELETE"]

  let rules: [Rule]

  /// Reads a `CORSConfiguration` document.
  init(_ document: [UInt8]) throws(S3Error) {
    guard let root = try? XMLParser.parse(document), root.name == "CORSConfiguration" else { throw .malformedXML }
    var rules: [Rule] = []
    for rule in root.all("CORSRule") {
      let methods = rule.all("AllowedMethod").map(\.text)
      let origins = rule.all("AllowedOrigin").map(\.text)
      guard !methods.isEmpty, !origins.isEmpty else { throw .malformedXML }
      for method in methods where !Self.methods.contains(method) {
        throw .invalidRequest("Found unsupported HTTP method in CORS config. Unsupported method is \(method)")
      }
      for origin in origins where origin.filter({ $0 == "*" }).count > 1 {
        throw .invalidRequest("AllowedOrigin \"\(origin)\" can not have more than one wildcard.")
      }
      rules.append(
        Rule(
          origins: origins.map { WildcardPattern($0) }, methods: methods,
          headers: rule.all("AllowedHeader").map { WildcardPattern($0.text.lowercased()) },
          exposed: rule.all("ExposeHeader").map(\.text), maximumAge: rule.first("MaxAgeSeconds")?.text))
    }
    guard (1...100).contains(rules.count) else { throw .malformedXML }
    self.rules = rules
  }

  /// The first rule that lets a request through.
  /// - Parameter headers: names that a preflight asks for, in lower case.
  func first(origin: String, method: String, headers: [String]) -> Rule? {
    rules.first { rule in
      rule.origins.contains { $0.matches(origin) } && rule.methods.contains(method)
        && headers.allSatisfy { header in rule.headers.contains { $0.matches(header) } }
    }
  }
}
