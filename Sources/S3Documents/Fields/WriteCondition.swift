public import HTTPSemantics

/// What has to hold of the object that a write would replace: the fields `If-Match` and `If-None-Match` of PutObject,
/// CopyObject and CompleteMultipartUpload.
///
/// Clients of S3 write entity tags with quotes or without.
public struct WriteCondition: Sendable, Equatable {
  /// The entity tags of `If-Match`, without quotes; nil where there is no such field.
  public let match: [String]?
  /// Those of `If-None-Match`.
  public let noneMatch: [String]?

  /// Takes the conditions out of a request.
  public init(_ headers: HeaderFields) {
    match = Self.tags(headers, "if-match")
    noneMatch = Self.tags(headers, "if-none-match")
  }

  /// The names of the fields that there are, for an error to tell.
  public var fieldNames: String {
    [match.map { _ in "If-Match" }, noneMatch.map { _ in "If-None-Match" }].compactMap(\.self).joined(separator: ", ")
  }

  private static func tags(_ headers: HeaderFields, _ name: String) -> [String]? {
    headers.list(of: name).map { $0.split(separator: ",").map { Quotes.stripped(String($0)) } }
  }
}
