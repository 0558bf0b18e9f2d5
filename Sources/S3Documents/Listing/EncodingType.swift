import HTTPSemantics

/// How texts that are keys, or parts of keys, stand in a listing: `encoding-type=url` lets a client read keys that no
/// XML document can hold.
public enum EncodingType: String, Sendable {
  /// Percent-encoded, but for slashes.
  case url

  /// The parameter of a listing; nil if it is not there.
  ///
  /// - Throws: `InvalidArgument` for another encoding.
  init?(_ query: QueryParameters) throws(S3Error) {
    guard let value = query.first("encoding-type"), !value.isEmpty else { return nil }
    guard let encoding = EncodingType(rawValue: value) else {
      throw .invalidArgument("Invalid Encoding Method specified in Request", name: "encoding-type", value: value)
    }
    self = encoding
  }

  /// The encoding of a listing with these keys and parts of keys: the one that was asked for; without one, `url` where
  /// a document could not tell one key from another, and `EncodingType` then says so.
  static func chosen(_ asked: EncodingType?, for texts: some Sequence<String>) -> EncodingType? {
    asked ?? (texts.allSatisfy(XML.canHold) ? nil : .url)
  }

  fileprivate static let plain = PercentEncoding.unreserved.union(ASCIISet("/"))
}

extension EncodingType? {
  /// `text` as it stands in the listing.
  func encode(_ text: String) -> String {
    guard self == .url else { return text }
    return PercentEncoding.encode(text.utf8, allowing: EncodingType.plain)
  }
}
