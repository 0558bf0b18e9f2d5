internal import FileStore
internal import S3Documents

extension ObjectStorage {
  /// Whether a request is to delete a picture that the caller's own key put: that takes no policy, as an uploader needs
  /// none at the image host. A policy of the account that forbids it counts.
  func isDeletionOfOwnPicture(_ access: AccessRequest, _ caller: Caller) async throws(S3Error) -> Bool {
    guard access.bucket == PictureBucket.name, access.action == "s3:DeleteObject", let key = access.key,
      case .account(let name, let policy) = caller,
      access.decide(policy, caller: caller, isBucketPolicy: false) != .deny
    else { return false }
    let facts = try await onStore { (store) throws(BucketError) in try? store.facts(of: key, in: PictureBucket.name) }
    return facts?.owner == name
  }
}
