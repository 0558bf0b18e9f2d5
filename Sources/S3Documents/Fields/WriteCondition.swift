public import HTTPSemantics

/// What has to hold of the object that a write would replace: the fields `If-Match` and `If-None-Match` of PutObject,
/// CopyObject and CompleteMultipartUpload.
///
/// Clients of S3 write entity tags with quotes or without.
public struct WriteCondition: Sendable, Equatable {
  /// What is to become of the write.
  public enum Outcome: Sendable, Equatable {
    /// The condition holds.
    case proceed
    /// It wants an object, and there is none.
    case missing
    /// It does not hold.
    case failed
  }

  private let match: [String]?
  private let noneMatch: [String]?

  /// Takes the conditions out of a request.
  public init(_ headers: HeaderFields) {
    match = Self.tags(headers, "if-match")
    noneMatch = Self.tags(headers, "if-none-match")
  }

  /// The names of the fields that there are, for an error to tell.
  public var fieldNames: String {
    [match.map { _ in "If-Match" }, noneMatch.map { _ in "If-None-Match" }].compactMap(\.self).joined(separator: ", ")
  }

  /// Whether the conditions hold.
  ///
  /// - Parameter etag: the object's entity tag without its quotes; nil if there is no object.
  public func evaluate(_ etag: String?) -> Outcome {
    if let match {
      guard let etag else { return .missing }
      guard Self.fits(match, etag) else { return .failed }
    }
    if let noneMatch, let etag, Self.fits(noneMatch, etag) { return .failed }
    return .proceed
  }

  private static func tags(_ headers: HeaderFields, _ name: String) -> [String]? {
    headers.list(of: name).map { $0.split(separator: ",").map { Quotes.stripped(String($0)) } }
  }

  private static func fits(_ tags: [String], _ etag: String) -> Bool {
    tags.contains { $0 == "*" || $0.hasSameBytes(as: etag) }
  }
}
