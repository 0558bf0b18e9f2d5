/// A thing that a user did and that `app.log` tells of. Names are the user's own: what the file was called on their side.
public enum ActivityEvent: Equatable, Sendable {
  /// A picture was stored.
  case pictureUploaded(name: String)
  /// A picture was refused, or an operation on it; no name where the request had none.
  case pictureRefused(Refusal, name: String?)
  /// A picture was deleted on demand.
  case pictureDeleted(name: String)
  /// A picture was blocked; how many copies of it were deleted.
  case pictureBlocked(name: String, copies: Int)
  /// A picture may be stored again; its SHA-256.
  case pictureUnblocked(digest: String)
  /// A moderator moved pictures to the trash.
  case picturesTrashed(count: Int)
  /// A moderator blocked pictures, each of which is in the trash with its copies.
  case picturesBlocked(count: Int)
  /// A moderator brought pictures back from the trash.
  case picturesRestored(count: Int)
  /// Pictures that waited for a moderator are listed.
  case picturesApproved(count: Int)
  /// A moderator removed pictures in the trash for good.
  case picturesDiscarded(count: Int)
  /// A visitor reported a picture.
  case pictureReported(name: String)
  /// A moderator dismissed what was reported of pictures.
  case reportsDismissed(count: Int)
  /// A picture's time was over, and it was deleted.
  case pictureExpired(name: String)

  /// An archive was sent to its end.
  case archiveSent(name: String, bytes: UInt64)
  /// A part of an archive was sent, from its byte `first` to its byte `last`.
  case archivePartSent(name: String, first: UInt64, last: UInt64, total: UInt64)
  /// The sending of an archive ended early, after `sent` of `total` bytes.
  case archiveCutOff(name: String, Interruption, sent: UInt64, total: UInt64)
  /// There is no such archive.
  case archiveNotFound(name: String)
  /// No archive could be made, because of a file or folder in it; no path where it is the folder itself.
  case archiveUnpackable(name: String, Obstacle, path: String?)
  /// No archive was made, since somebody was still writing to its folder.
  case archiveBeingFilled(name: String)

  /// An object was stored.
  case objectPut(bucket: String, key: String)
  /// An object was deleted.
  case objectDeleted(bucket: String, key: String)
  /// An operation on an object was refused; `code` is S3's.
  case objectRefused(bucket: String, key: String, code: String)
  /// Further objects of the request that the lines before are about, too many to tell of each.
  case moreObjects(bucket: String, deleted: Int, refused: Int)
  /// A bucket was made.
  case bucketCreated(name: String)
  /// A bucket was deleted.
  case bucketDeleted(name: String)
  /// A bucket has got a new policy.
  case policySet(bucket: String)
  /// A bucket's policy was removed.
  case policyRemoved(bucket: String)
  /// Something else was set for a bucket, or taken away, such as `cors`.
  case bucketSettingChanged(bucket: String, setting: String)
  /// An object has got other tags, or lost its own.
  case objectTagsSet(bucket: String, key: String)
  /// An access key was added.
  case keyAdded(name: String)
  /// An access key was removed.
  case keyRemoved(name: String)
  /// An access key is refused for the time being.
  case keyDisabled(name: String)
  /// An access key counts again.
  case keyEnabled(name: String)
  /// An access key has got another policy, or lost its own.
  case keyPolicySet(name: String)
  /// Somebody made a presigned link.
  case linkPresigned(method: String, bucket: String, key: String, name: String)

  /// Somebody signed in to the console.
  case consoleSignedIn(name: String)
  /// A sign-in to the console was refused.
  case consoleSignInRefused(name: String)
  /// Somebody signed out of the console.
  case consoleSignedOut(name: String)
  /// The console refused a request; `reason` is for the operator.
  case consoleRequestRefused(name: String, reason: String)

  /// Further requests were refused, too many to tell of each.
  case refusalsLeftOut(count: Int)
}

extension ActivityEvent {
  /// Why a request was refused: the `code` of the answer.
  public enum Refusal: String, CaseIterable, Sendable {
    /// Broken multipart, no file, short body.
    case malformedRequest = "malformed-request"
    /// Upload or delete token missing or wrong.
    case tokenRequired = "token-required"
    /// No such image.
    case notFound = "not-found"
    /// Not a method of this route.
    case methodNotAllowed = "method-not-allowed"
    /// The operator does not want this picture.
    case blocked
    /// The name is taken.
    case exists
    /// The file is over the limit.
    case tooLarge = "too-large"
    /// Extension or content is not an accepted image.
    case unsupportedFormat = "unsupported-format"
    /// Truncated, corrupt, or over the pixel limit.
    case invalidImage = "invalid-image"
    /// Over the rate limit.
    case tooManyRequests = "too-many-requests"
    /// No more reports are taken for now.
    case tooManyReports = "too-many-reports"
    /// No capacity at the moment.
    case overloaded
    /// No space, no inodes, quota.
    case storageFull = "storage-full"
  }

  /// Why a file or folder cannot be packed.
  public enum Obstacle: CaseIterable, Sendable {
    /// It cannot be read.
    case unreadable
    /// It is nested deeper than the limit.
    case tooDeep
    /// Its path is longer than the limit.
    case pathTooLong
    /// There are more files than the limit.
    case tooManyFiles
  }

  /// Who or what ended the sending of an archive.
  public enum Interruption: Equatable, Sendable {
    /// The client closed the connection.
    case clientLeft
    /// The client took nothing for longer than the deadline.
    case clientTooSlow
    /// A member vanished or changed while it was sent.
    case memberChanged(String)
    /// A member could not be read.
    case memberUnreadable(String)
    /// The server was stopped.
    case serverStopped
  }
}
