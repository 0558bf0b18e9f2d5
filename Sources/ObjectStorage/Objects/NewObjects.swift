internal import EventLoop
internal import Posix
internal import S3Documents
internal import Storage

/// What is known of an object that is about to be put by whoever asks: whose it will be, and who may do what with it.
@EventLoopActor
struct NewObjects {
  let lists: AccessLists

  func metadata(_ exchange: S3Exchange, in bucket: Bucket) async throws(S3Error) -> ObjectMetadata {
    let writer = exchange.caller.name
    let acl = try await lists.requested(
      exchange, of: writer.map { Owner(account: $0) } ?? bucket.owner, in: bucket)
    let isGivenAway =
      switch bucket.ownership {
      case .bucketOwnerEnforced: true
      case .bucketOwnerPreferred: acl == .canned(.bucketOwnerFullControl)
      case .objectWriter: false
      }
    var metadata = ObjectMetadata(
      etag: "", size: 0, modified: Clock.now(), contentType: ContentHeaders.defaultType,
      owner: isGivenAway ? bucket.configuration.owner : writer ?? "")
    metadata.acl = acl.stored
    metadata.storageClass = try StorageClass(exchange.fields)?.stored
    return metadata
  }
}
