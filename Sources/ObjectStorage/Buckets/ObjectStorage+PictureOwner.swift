internal import LocalStorage
internal import S3Documents
internal import Storage

extension ObjectStorage {
  /// Whether a request is to delete a picture that the caller's own key put: that takes no policy, as an uploader needs
  /// none at the image host. A policy that forbids it was asked before.
  func isDeletionOfOwnPicture(_ access: AccessRequest, _ caller: Caller) async throws(S3Error) -> Bool {
    guard access.action == .deleteObject, case .object(let bucket, let key) = access.resource,
      bucket.text == PictureBucket.name, case .account(let name, _) = caller
    else { return false }
    let facts = try await onStore { (store) throws(BucketError) in
      try? store.facts(of: key.bytes, in: PictureBucket.name)
    }
    return facts?.owner == name
  }
}
