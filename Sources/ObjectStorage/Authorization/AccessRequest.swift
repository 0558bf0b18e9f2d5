internal import S3Documents

/// A question to a policy: may this be done to that?
struct AccessRequest: Sendable {
  /// As `s3:GetObject`.
  var action: String
  /// The bucket.
  var bucket: String
  /// The key; nil for what is about the bucket itself.
  var key: [UInt8]?
  /// Values of condition keys, by lower-case name.
  var context: [String: String]

  /// What a policy says.
  enum Decision {
    case allow
    case deny
    /// Nothing, neither way.
    case none
  }

  /// Whether it is about the bucket's policy itself.
  var isAboutPolicy: Bool { action.hasSuffix("BucketPolicy") }

  /// Asks a policy document.
  ///
  /// A document that cannot be read denies: better nobody gets in than everybody.
  func decide(_ document: String?, caller: Caller, isBucketPolicy: Bool) -> Decision {
    guard let document else { return .none }
    guard let policy = try? AccessPolicy(Array(document.utf8), ofBucket: isBucketPolicy ? bucket : nil) else {
      return .deny
    }
    return policy.decide(self, caller)
  }
}
