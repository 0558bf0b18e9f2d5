internal import FileStore
internal import HTTPSemantics
internal import Posix
internal import S3Documents

/// What has to hold of an object for a deletion to go on. An object that is not there is deleted already.
struct DeletionCondition: Equatable, Sendable {
  /// `If-Match`.
  var etag: String?
  /// In bytes.
  var size: UInt64?
  /// In seconds since 1970.
  var modified: Int64?

  /// Takes the conditions of a DeleteObject from its fields.
  init(_ fields: HeaderFields) throws(S3Error) {
    try self.init(
      etag: fields.list(of: "if-match"), size: fields["x-amz-if-match-size"],
      modified: fields["x-amz-if-match-last-modified-time"])
  }

  /// Takes those of an entry of DeleteObjects.
  init(_ entry: XMLElement) throws(S3Error) {
    try self.init(
      etag: entry.first("ETag")?.text, size: entry.first("Size")?.text,
      modified: entry.first("LastModifiedTime")?.text)
  }

  private init(etag: String?, size: String?, modified: String?) throws(S3Error) {
    self.etag = etag
    if let size {
      guard let number = UInt64(size) else { throw .invalidArgument("The size is no number.", value: size) }
      self.size = number
    }
    if let modified {
      guard let moment = HTTPDate.parse(modified) ?? RFC3339.parse(modified) else {
        throw .invalidArgument("The time cannot be read.", value: modified)
      }
      self.modified = moment
    }
  }

  /// As the store wants it.
  var condition: BucketStore.Condition {
    { [self] (current) throws(BucketError) in
      guard let current else { return }
      if let size, size != current.size { throw .preconditionFailed }
      if let modified, modified != current.modified.seconds { throw .preconditionFailed }
      guard let etag, etag != current.etag else { return }
      let validators = Validators(etag: EntityTag(current.etag), lastModified: nil)
      let fields = HeaderFields([("If-Match", etag)])
      if Preconditions.evaluate(fields, method: .delete, current: validators) != .proceed { throw .preconditionFailed }
    }
  }
}
