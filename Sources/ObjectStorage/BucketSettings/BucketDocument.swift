internal import S3Documents

/// Documents that are stored for a bucket. The raw value is the sub-resource, and what the document is stored under.
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

extension BucketDocument {
  /// The action that a policy has to allow.
  func action(_ action: S3Operation.DocumentAction) -> S3Action {
    switch (self, action) {
    case (.policy, .get): .getBucketPolicy
    case (.policy, .put): .putBucketPolicy
    case (.policy, .delete): .deleteBucketPolicy
    case (.cors, .get): .getBucketCORS
    case (.cors, _): .putBucketCORS
    case (.tagging, .get): .getBucketTagging
    case (.tagging, _): .putBucketTagging
    case (.ownershipControls, .get): .getBucketOwnershipControls
    case (.ownershipControls, _): .putBucketOwnershipControls
    case (.publicAccessBlock, .get): .getBucketPublicAccessBlock
    case (.publicAccessBlock, _): .putBucketPublicAccessBlock
    }
  }
}

extension UnsetConfiguration {
  /// The action that a policy has to allow.
  var action: S3Action {
    switch self {
    case .lifecycle: .getLifecycleConfiguration
    case .website: .getBucketWebsite
    case .encryption: .getEncryptionConfiguration
    case .replication: .getReplicationConfiguration
    case .logging: .getBucketLogging
    case .notification: .getBucketNotification
    case .requestPayment: .getBucketRequestPayment
    case .accelerate: .getAccelerateConfiguration
    case .objectLock: .getBucketObjectLockConfiguration
    }
  }
}
