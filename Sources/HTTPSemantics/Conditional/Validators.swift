/// What tells one state of a resource from another (RFC 9110 §8.8).
public struct Validators: Sendable, Equatable {
  /// The tag of the current representation, if it has one.
  public var etag: EntityTag?
  /// When it last changed, in seconds since 1970, if that is known.
  public var lastModified: Int64?

  /// The validators of a representation; one without any can still be asked for by `*`.
  public init(etag: EntityTag? = nil, lastModified: Int64? = nil) {
    self.etag = etag
    self.lastModified = lastModified
  }
}
