internal import S3Documents

/// What the documents of buckets and accounts say. Each is read when it is first asked for, and again when it is another.
final class ParsedDocuments: Sendable {
  /// Whose policy it is.
  enum Subject: Hashable, Sendable {
    case bucket(BucketName)
    case account(String)
  }

  /// The most bytes of a document. A longer one that is kept all the same counts as one that cannot be read.
  static let longest = 64 << 10

  private let policies = ParsedDocumentCache<Subject, StoredPolicy>()
  private let rules = ParsedDocumentCache<String, CORSConfiguration?>()
  private let blocks = ParsedDocumentCache<BucketName, PublicAccessBlock>()
  private let ownerships = ParsedDocumentCache<BucketName, ObjectOwnership>()

  /// Bytes of the policies that are remembered.
  var sizeOfPolicies: Int { policies.size }

  /// The policy of a bucket or an account whose text is this one now.
  func policy(of subject: Subject, _ text: String) -> StoredPolicy {
    policies.document(of: subject, text) { text in
      switch subject {
      case .bucket(let name): StoredPolicy(of: name, text)
      case .account: StoredPolicy(ofAccount: text)
      }
    }
  }

  /// The CORS configuration of a bucket; nil for one that cannot be read.
  func crossOriginRules(of bucket: String, _ text: String) -> CORSConfiguration? {
    rules.document(of: bucket, text) { text in
      Self.bytes(text).flatMap { try? CORSConfiguration(document: $0, isStored: true) }
    }
  }

  /// What a bucket's owner forbids the public: everything, where that cannot be read.
  func publicAccess(of bucket: BucketName, _ text: String) -> PublicAccessBlock {
    blocks.document(of: bucket, text) { text in
      Self.bytes(text).flatMap { try? PublicAccessBlock(document: $0, isStored: true) } ?? .everything
    }
  }

  /// Whose the objects are that others put.
  func ownership(of bucket: BucketName, _ text: String) -> ObjectOwnership {
    ownerships.document(of: bucket, text) { text in
      Self.bytes(text).flatMap { try? ObjectOwnership(document: $0, isStored: true) } ?? .objectWriter
    }
  }

  private static func bytes(_ text: String) -> [UInt8]? {
    text.utf8.count <= longest ? Array(text.utf8) : nil
  }
}

extension PublicAccessBlock {
  /// What counts where a setting cannot be read.
  fileprivate static let everything = PublicAccessBlock(
    blocksPublicACLs: true, ignoresPublicACLs: true, blocksPublicPolicy: true, restrictsPublicBuckets: true)
}
