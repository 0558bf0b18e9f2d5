internal import HTTPSemantics
internal import S3Documents

/// A policy document (IAM policy language, version 2012-10-17): statements that allow or deny.
struct AccessPolicy: Equatable, Sendable {
  let statements: [PolicyStatement]
  /// The bucket that it belongs to; nil for the policy of an account.
  let bucket: String?

  /// Reads a document.
  /// - Throws: `MalformedPolicy`.
  init(_ document: [UInt8], ofBucket bucket: String?) throws(S3Error) {
    guard document.count <= 20_480 else { throw .malformedPolicy("Policy exceeds the maximum allowed document size.") }
    guard let json = try? JSONParser.parse(document), case .object(let members) = json else {
      throw .malformedPolicy("Policies must be valid JSON and the first byte must be '{'")
    }
    for member in members where !["Version", "Id", "Statement"].contains(member.name) {
      throw .malformedPolicy("Unknown field \(member.name)")
    }
    if let version = json["Version"], !["2012-10-17", "2008-10-17"].contains(version.stringValue ?? "") {
      throw .malformedPolicy("The policy must contain a valid version string")
    }
    guard let list = json["Statement"] else { throw .malformedPolicy("Missing required field Statement") }
    var statements: [PolicyStatement] = []
    for statement in list.arrayValue ?? [list] {
      statements.append(try PolicyStatement(statement, isOfBucket: bucket != nil))
    }
    guard !statements.isEmpty else { throw .malformedPolicy("Missing required field Statement") }
    self.statements = statements
    self.bucket = bucket
  }

  /// Refuses a bucket's policy that is about something else than the bucket.
  func check() throws(S3Error) {
    guard let bucket else { return }
    for pattern in statements.flatMap(\.resources.patterns) {
      guard let rest = pattern.text.dropping(prefix: PolicyStatement.resourcePrefix),
        WildcardPattern(String(rest.prefix { $0 != "/" })).matches(bucket)
      else { throw .malformedPolicy("Policy has invalid resource") }
    }
  }

  /// Whether it lets everybody do something, under no condition that says who.
  var isPublic: Bool {
    statements.contains { $0.isAllowing && $0.principals.isEverybody && !$0.narrowsCallers }
  }

  /// What it says of a request: one denial counts more than any number of permissions.
  func decide(_ request: AccessRequest, _ caller: Caller) -> AccessRequest.Decision {
    var decision = AccessRequest.Decision.none
    for statement in statements where statement.applies(request, caller, isOfBucket: bucket != nil) {
      if !statement.isAllowing { return .deny }
      decision = .allow
    }
    return decision
  }
}
