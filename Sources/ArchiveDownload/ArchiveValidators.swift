internal import HTTPSemantics
internal import Posix

/// What tells one state of an archive from another, by tag and by date (RFC 9110 §8.8).
struct ArchiveValidators: Equatable, Sendable {
  let validators: Validators
  /// Whether the date is as good as the tag: the second that it names was over when it was first sent, so that no other
  /// state of the archive was ever sent under it (§8.8.2.2).
  let isDateStrong: Bool

  /// - Parameters:
  ///   - newestChange: when anything of the source last changed, a name that went included; nil where that is not
  ///     known: then there is no date.
  ///   - now: the time of the request.
  init(_ tag: EntityTag, newestChange: Timestamp?, now: Timestamp) {
    guard let newestChange else {
      isDateStrong = false
      validators = Validators(etag: tag)
      return
    }
    let settled = Timestamp(seconds: newestChange.seconds &+ 1, nanoseconds: ArchivePlan.clockStep)
    isDateStrong = now > settled
    // A date that has not passed yet could be sent for two states: until then it is the one before. It is never to come
    // (§8.8.2.1), also where a file server's clock is ahead.
    let date = isDateStrong ? newestChange.seconds : min(newestChange.seconds, now.seconds) &- 1
    validators = Validators(etag: tag, lastModified: date)
  }

  /// What a request gets of the archive.
  func select(_ fields: HeaderFields, method: HTTPMethod, length: UInt64) -> RangeSelection {
    var fields = fields
    if !isDateStrong, let condition = fields.list(of: "if-range"), EntityTag(parsing: condition) == nil {
      fields.remove("range")
    }
    return RangeSelection.select(fields, method: method, length: length, current: validators)
  }

  /// Whether a request names the present state by its tag: a range that continues it, or a condition that it meets.
  func isNamed(by fields: HeaderFields) -> Bool {
    guard let tag = validators.etag else { return false }
    if fields.list(of: "range") != nil, let condition = fields.list(of: "if-range"),
      let named = EntityTag(parsing: condition), named.stronglyMatches(tag)
    {
      return true
    }
    return ["if-match", "if-none-match"].contains { name in
      guard let list = fields.list(of: name), case .tags(let tags) = EntityTagList(parsing: list) else { return false }
      return tags.contains { $0.weaklyMatches(tag) }
    }
  }
}
