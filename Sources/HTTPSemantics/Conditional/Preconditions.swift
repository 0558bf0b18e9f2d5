/// Conditional requests (RFC 9110 §13).
public enum Preconditions {
  /// What is to be done with a request.
  public enum Outcome: Sendable, Equatable {
    /// The method is to be carried out.
    case proceed
    /// 304: the client has the current representation.
    case notModified
    /// 412: the method must not be carried out.
    case preconditionFailed
  }

  /// Evaluates `If-Match`, `If-Unmodified-Since`, `If-None-Match` and `If-Modified-Since` in the order and with the
  /// precedence of §13.2.2.
  ///
  /// - Parameters:
  ///   - headers: the request's.
  ///   - current: the validators of the current representation; nil if there is none, so that a PUT would create it.
  public static func evaluate(_ headers: HeaderFields, method: HTTPMethod, current: Validators?) -> Outcome {
    let isRead = method == .get || method == .head

    if let list = headers.list(of: "if-match") {
      guard matches(EntityTagList(parsing: list), current, by: { $0.stronglyMatches($1) }) else {
        return .preconditionFailed
      }
    } else if let (lastModified, date) = dates(headers, "if-unmodified-since", current), lastModified > date {
      return .preconditionFailed
    }

    if let list = headers.list(of: "if-none-match") {
      if matches(EntityTagList(parsing: list), current, by: { $0.weaklyMatches($1) }) {
        return isRead ? .notModified : .preconditionFailed
      }
    } else if isRead, let (lastModified, date) = dates(headers, "if-modified-since", current), lastModified <= date {
      return .notModified
    }
    return .proceed
  }

  /// Whether `If-Range` lets a `Range` count (§13.1.5): it is absent, or it names just the current representation, by a
  /// strong tag or by the very date that was sent as `Last-Modified`.
  public static func allowsRange(_ headers: HeaderFields, current: Validators) -> Bool {
    guard let value = headers.list(of: "if-range") else { return true }
    if let tag = EntityTag(parsing: value) {
      return current.etag.map(tag.stronglyMatches) ?? false
    }
    guard let date = HTTPDate.parse(value) else { return false }
    return date == current.lastModified
  }

  private static func matches(
    _ list: EntityTagList, _ current: Validators?, by isSame: (EntityTag, EntityTag) -> Bool
  ) -> Bool {
    guard let current else { return false }
    switch list {
    case .any: return true
    case .tags(let tags): return current.etag.map { etag in tags.contains { isSame($0, etag) } } ?? false
    }
  }

  /// Both dates of a comparison; nil if the field is absent or no date, or no date is known of the representation.
  private static func dates(
    _ headers: HeaderFields, _ name: String, _ current: Validators?
  ) -> (lastModified: Int64, date: Int64)? {
    guard
      let lastModified = current?.lastModified,
      let date = headers.list(of: name).flatMap({ HTTPDate.parse($0) })
    else { return nil }
    return (lastModified, date)
  }
}
