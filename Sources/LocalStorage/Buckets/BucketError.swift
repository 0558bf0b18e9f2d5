internal import Database
internal import Posix

/// Why the store of buckets did not do what it was asked to.
public enum BucketError: Error, Equatable, Sendable {
  /// There is no such bucket.
  case noSuchBucket
  /// There is a bucket of that name; its owner.
  case bucketExists(owner: String)
  /// The bucket still holds objects.
  case bucketNotEmpty
  /// There is no object with that key.
  case noSuchKey
  /// There is no such multipart upload.
  case noSuchUpload
  /// A part is not there, or has another entity tag.
  case invalidPart
  /// A condition of the request does not hold.
  case preconditionFailed
  /// Somebody else was faster with an exclusive write.
  case conflict
  /// The key cannot be kept on this file system.
  case keyTooLong
  /// The bucket never overwrites, and the key is taken.
  case objectExists
  /// The bucket, or what was asked to be done with it, does not allow this; why, in words.
  case notAllowed(String)
  /// The bucket keeps no such content; a code and words.
  case contentRefused(code: String, reason: String)
  /// The store failed.
  case store(StoreError)

  init(_ error: Errno, _ context: String) {
    self = .store(StoreError(error, context))
  }

  init(_ error: DatabaseError) {
    self = .store(StoreError(error))
  }
}

extension BucketError {
  /// Whether it is about the bucket that was looked at, and not about what the system lacks at the moment.
  public var isAboutOneBucket: Bool {
    guard case .store(let error) = self else { return true }
    return error.isAboutOneFile
  }
}

extension DatabaseError {
  /// Carries a failure to look at files out of a transaction of the index.
  init(_ error: BucketError) {
    self.init(extendedCode: 10, message: "looking at an object: \(error)")
  }
}
