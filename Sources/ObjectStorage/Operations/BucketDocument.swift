internal import S3Documents

/// Documents that are kept for a bucket. The raw value is the sub-resource, and what the document is kept under.
enum BucketDocument: String, CaseIterable, Sendable {
  case policy, cors, tagging, ownershipControls, publicAccessBlock

  /// The error for a bucket that has none.
  var missing: S3Error {
    switch self {
    case .policy: .noSuchBucketPolicy
    case .cors: .noSuchCORSConfiguration
    case .tagging: .noSuchTagSet
    case .ownershipControls: .ownershipControlsNotFoundError
    case .publicAccessBlock: .noSuchPublicAccessBlockConfiguration
    }
  }
}

/// What S3 lets a bucket have and no bucket here has. Clients ask for it all the same.
enum UnsetConfiguration: String, CaseIterable, Sendable {
  case lifecycle, website, encryption, replication, logging, notification, requestPayment, accelerate
  case objectLock = "object-lock"

  /// What S3 answers for a bucket for which nothing was set.
  /// - Throws: the error that says that there is none.
  func document() throws(S3Error) -> [UInt8] {
    switch self {
    case .lifecycle: throw .noSuchLifecycleConfiguration
    case .website: throw .noSuchWebsiteConfiguration
    case .encryption: throw .serverSideEncryptionConfigurationNotFoundError
    case .replication: throw .replicationConfigurationNotFoundError
    case .objectLock: throw .objectLockConfigurationNotFoundError
    case .logging: return XMLWriter.document("BucketLoggingStatus") { _ in }
    case .notification: return XMLWriter.document("NotificationConfiguration") { _ in }
    case .accelerate: return XMLWriter.document("AccelerateConfiguration") { _ in }
    case .requestPayment:
      return XMLWriter.document("RequestPaymentConfiguration") { $0.element("Payer", "BucketOwner") }
    }
  }
}
