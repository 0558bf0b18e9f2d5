public import HTTPSemantics

/// Who signed a request, and how.
public struct AuthenticatedRequest: Sendable {
  /// The kinds of signature. POST forms are apart: see `PostForm`.
  public enum Scheme: Sendable {
    /// Signature version 2 in the `Authorization` field.
    case version2Header
    /// Signature version 2 in the query, as boto3 presigns by default.
    case version2Query
    /// Signature version 4 in the `Authorization` field.
    case version4Header
    /// Signature version 4 in the query.
    case version4Query
  }

  /// The access key whose secret made the signature.
  public let accessKey: String
  /// The kind of signature.
  public let scheme: Scheme
  /// What the body has to be.
  public let payload: PayloadDeclaration
  /// The region that the client signed with, which may be empty; nil in version 2, which has none.
  public let region: String?
  /// The names of the signed fields (version 4), in lower case, as the client spells them: CGI does not tell `_` from
  /// `-`, this does.
  public let signedHeaders: [String]
  /// The request's fields as the client spelled their names, as far as the signature tells.
  public let fields: HeaderFields
  /// Fields that a presigned address carries in its query (`x-amz-acl=…`) and that were not sent as fields: they count
  /// as if they had been.
  public let impliedFields: HeaderFields
  /// What chunk signatures are made with; nil where the payload has none.
  let chunkSigning: ChunkSigning?
}
