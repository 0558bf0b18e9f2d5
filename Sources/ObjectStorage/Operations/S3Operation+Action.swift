internal import S3Documents

extension S3Operation {
  /// The action that a policy has to allow.
  var action: S3Action {
    switch self {
    case .listBuckets: .listAllMyBuckets
    case .createBucket: .createBucket
    case .deleteBucket: .deleteBucket
    case .headBucket, .listObjects, .listObjectsV2: .listBucket
    case .listVersions: .listBucketVersions
    case .listUploads: .listBucketMultipartUploads
    case .location: .getBucketLocation
    case .versioning: .getBucketVersioning
    case .setVersioning: .putBucketVersioning
    case .policyStatus: .getBucketPolicyStatus
    case .bucketACL: .getBucketACL
    case .setBucketACL: .putBucketACL
    case .document(let document, let action): document.action(action)
    case .unset(let configuration): configuration.action
    case .getObject, .headObject, .archive: .getObject
    case .attributes: .getObjectAttributes
    case .putObject, .copyObject, .createUpload, .uploadPart, .uploadPartCopy, .completeUpload, .postForm: .putObject
    case .deleteObject, .deleteObjects: .deleteObject
    case .objectTags: .getObjectTagging
    case .setObjectTags: .putObjectTagging
    case .deleteObjectTags: .deleteObjectTagging
    case .objectACL: .getObjectACL
    case .setObjectACL: .putObjectACL
    case .abortUpload: .abortMultipartUpload
    case .listParts: .listMultipartUploadParts
    }
  }
}

extension BucketDocument {
  fileprivate func action(_ action: S3Operation.DocumentAction) -> S3Action {
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
  fileprivate var action: S3Action {
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
