internal import EventLoop
internal import HTTPSemantics
internal import S3Documents

extension ObjectStorage {
  /// Refuses a request whose sender takes the bucket for somebody else's: names are handed on from one owner to the next.
  ///
  /// - Parameter field: where the account stands, by its canonical id or its name.
  func checkOwner(
    of bucket: Bucket, _ fields: HeaderFields, _ field: String = "x-amz-expected-bucket-owner"
  ) throws(S3Error) {
    guard let expected = fields[field] else { return }
    guard expected == bucket.owner.id || expected == bucket.owner.displayName else { throw .accessDenied() }
  }
}
