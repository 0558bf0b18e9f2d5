public import HTTPSemantics

/// The access control list that a request asks for in its fields: a canned one, or grants.
public enum AccessControlFields: Sendable, Equatable {
  /// `x-amz-acl`.
  case canned(CannedACL)
  /// `x-amz-grant-read` and its like. The owner has only what is named.
  case grants([Grant])

  private static let grantFields: [(name: String, permission: Permission)] = [
    ("x-amz-grant-read", .read), ("x-amz-grant-write", .write), ("x-amz-grant-read-acp", .readACP),
    ("x-amz-grant-write-acp", .writeACP), ("x-amz-grant-full-control", .fullControl),
  ]

  /// Reads the fields; nil if there are none of them.
  ///
  /// - Throws: `InvalidArgument`; `InvalidRequest` if there are both.
  public init?(_ headers: HeaderFields) throws(S3Error) {
    var grants: [Grant] = []
    for (name, permission) in Self.grantFields {
      guard let value = headers.list(of: name) else { continue }
      for grantee in value.split(separator: ",") where !grantee.trimmed.isEmpty {
        grants.append(Grant(try Self.grantee(grantee.trimmed, name), permission))
      }
    }
    let canned = headers["x-amz-acl"]
    guard grants.isEmpty || canned == nil else {
      throw .invalidRequest("Specifying both Canned ACLs and Header Grants is not allowed")
    }
    guard grants.count <= AccessControlPolicy.grantLimit else { throw .malformedACLError() }
    if let canned {
      self = .canned(try CannedACL(field: canned))
    } else if grants.isEmpty {
      return nil
    } else {
      self = .grants(grants)
    }
  }

  /// The list that the fields ask for.
  public func policy(owner: Owner, bucketOwner: Owner) -> AccessControlPolicy {
    switch self {
    case .canned(let canned): canned.policy(owner: owner, bucketOwner: bucketOwner)
    case .grants(let grants): AccessControlPolicy(owner: owner, grants: grants)
    }
  }

  /// Reads `id="…"`, `uri="…"` or `emailAddress="…"`; the quotes may be missing.
  private static func grantee(_ text: String, _ field: String) throws(S3Error) -> Grantee {
    let parts = text.split(separator: "=", maxSplits: 1).map(\.trimmed)
    guard parts.count == 2 else {
      throw .invalidArgument("Argument format not recognized", name: field, value: text)
    }
    let value = Quotes.stripped(parts[1])
    switch parts[0].asciiLowercased {
    case "id": return .account(id: value, displayName: nil)
    case "uri": return try Grantee(groupURI: value)
    case "emailaddress": return .email(value)
    default: throw .invalidArgument("Argument format not recognized", name: field, value: text)
    }
  }
}
