internal import S3Documents
internal import Storage

/// A bucket with what decides who may do what with it, as its owner set it.
struct Bucket: Sendable {
  let name: BucketName
  /// As it is stored.
  let configuration: BucketConfiguration
  let owner: Owner
  let policy: StoredPolicy?
  /// What the owner forbids the public, whatever the policy and the lists say.
  let publicAccess: PublicAccessBlock
  /// Whose the objects are that others put.
  let ownership: ObjectOwnership

  /// - Parameter documents: those that were read before.
  init(_ name: BucketName, _ configuration: BucketConfiguration, documents: ParsedDocuments) {
    self.name = name
    self.configuration = configuration
    owner = Owner(account: configuration.owner)
    policy = configuration.text(of: .policy).map { documents.policy(of: .bucket(name), $0) }
    publicAccess =
      configuration.text(of: .publicAccessBlock).map { documents.publicAccess(of: name, $0) } ?? PublicAccessBlock()
    ownership = configuration.text(of: .ownershipControls).map { documents.ownership(of: name, $0) } ?? .objectWriter
  }

  /// The access control list, as it was set.
  var acl: AccessControlPolicy {
    AccessControlFields(stored: configuration.acl).policy(owner: owner, bucketOwner: owner)
  }

  /// The access control list of an object, as it was set.
  func acl(of object: ObjectMetadata) -> AccessControlPolicy {
    AccessControlFields(stored: object.acl).policy(owner: owner(of: object), bucketOwner: owner)
  }

  /// Whose an object is: the bucket's owner's, where the bucket is set so, or where nobody is known to have put it.
  func owner(of object: ObjectMetadata) -> Owner {
    ownership == .bucketOwnerEnforced || object.owner.isEmpty ? owner : Owner(account: object.owner)
  }

  /// As much of a list as counts.
  func effective(_ acl: AccessControlPolicy) -> AccessControlPolicy {
    if ownership == .bucketOwnerEnforced {
      return CannedACL.private.policy(owner: acl.owner, bucketOwner: owner)
    }
    return publicAccess.ignoresPublicACLs ? acl.withoutPublicGrants : acl
  }
}

extension BucketConfiguration {
  /// A document that was put; nil where there is none.
  func text(of kind: BucketDocument) -> String? { documents[kind.rawValue] }

  /// The bytes of a document that was put; nil where there is none.
  func document(_ kind: BucketDocument) -> [UInt8]? {
    text(of: kind).map { Array($0.utf8) }
  }
}
