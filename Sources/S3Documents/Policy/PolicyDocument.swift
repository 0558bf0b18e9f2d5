/// A policy in AWS's language: who may do what on which resources, and under which conditions.
///
/// A bucket's policy says of everybody what they may do in the bucket. An account's policy says what the account may
/// do, and names no principal.
public struct PolicyDocument: Sendable, Equatable {
  /// The most bytes that a policy may have.
  public static let maximumSize = 20 << 10

  let statements: [PolicyStatement]
  /// Bytes of the document, and patterns, names and values in it.
  let size: (bytes: Int, patterns: Int)

  /// Whether a condition asks for a tag of the object, so that its tags must be known for a decision.
  public let asksForExistingTags: Bool

  /// Whether the policy is public, as GetBucketPolicyStatus tells it: a statement allows something to everybody, and
  /// has no condition that fixes from where.
  public let isPublic: Bool

  /// Reads the policy of a bucket.
  ///
  /// - Throws: `MalformedPolicy`, also where a resource is not of that bucket.
  public init(_ bytes: [UInt8], for bucket: BucketName) throws(S3Error) {
    self.init(try PolicyReader(bucket: bucket).statements(bytes), length: bytes.count)
  }

  /// Reads the policy of an account.
  ///
  /// - Throws: `MalformedPolicy`.
  public init(forAccount bytes: [UInt8]) throws(S3Error) {
    self.init(try PolicyReader(bucket: nil).statements(bytes), length: bytes.count)
  }

  private init(_ statements: [PolicyStatement], length: Int) {
    self.statements = statements
    size = (length, statements.reduce(0) { $0 + $1.size })
    asksForExistingTags = statements.contains { $0.conditions.contains { $0.key.isExistingTag } }
    isPublic = statements.contains { statement in
      statement.effect == .allow && statement.principal == .everyone
        && !statement.conditions.contains { $0.fixesSource }
    }
  }

  /// Whether they say the same.
  public static func == (left: Self, right: Self) -> Bool { left.statements == right.statements }
}

extension PolicyCondition {
  /// Whether the condition lets in none but some known sources.
  fileprivate var fixesSource: Bool {
    guard key.isFixedSource, !comparison.holdsIfMissing, comparison.quantifier != .all, !comparison.isNegated else {
      return false
    }
    return matchers.allSatisfy { matcher in
      switch matcher {
      case .text(let pattern): !pattern.hasWildcards && !pattern.hasVariables
      case .network(let network): !network.isBroad
      case .number, .moment, .flag: false
      }
    }
  }
}
