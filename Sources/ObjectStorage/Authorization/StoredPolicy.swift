internal import S3Documents

/// A policy as it is stored for a bucket or an account.
enum StoredPolicy: Equatable, Sendable {
  /// It was read.
  case document(PolicyDocument)
  /// It cannot be read, and denies everything: better nobody gets in than everybody.
  case unreadable

  /// The policy of an account.
  init(ofAccount text: String) {
    self = (try? PolicyDocument(forAccount: Array(text.utf8))).map { .document($0) } ?? .unreadable
  }

  /// The policy of a bucket.
  init(of bucket: BucketName, _ text: String) {
    self = (try? PolicyDocument(Array(text.utf8), for: bucket)).map { .document($0) } ?? .unreadable
  }

  /// What it says of a request.
  func decide(_ request: AccessRequest, _ principal: PolicyPrincipal) -> PolicyDecision {
    switch self {
    case .document(let policy): policy.decide(principal, request.action, on: request.resource, request.context)
    case .unreadable: .deny
    }
  }

  /// About how many steps a decision takes at the most.
  func mostSteps(_ request: AccessRequest) -> Int {
    if case .document(let policy) = self { policy.mostSteps(on: request.resource, request.context) } else { 0 }
  }

  /// Whether a decision needs the tags of the object.
  var asksForExistingTags: Bool { if case .document(let policy) = self { policy.asksForExistingTags } else { false } }

  /// Whether it lets everybody in.
  var isPublic: Bool { if case .document(let policy) = self { policy.isPublic } else { false } }
}
