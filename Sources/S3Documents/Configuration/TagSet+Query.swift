import HTTPSemantics

/// Tags as the parameters of a query: `key=value&key2=`.
extension TagSet {
  /// Reads the field `x-amz-tagging`.
  ///
  /// - Throws: `InvalidArgument` for what is no query, `InvalidTag`.
  public init(query: String, limit: Int) throws(S3Error) {
    guard let parameters = try? QueryParameters(parsing: Array(query.utf8)).parameters else { throw Self.malformed }
    var tags: [Tag] = []
    for parameter in parameters {
      guard
        let key = String(validating: parameter.name, as: UTF8.self),
        let value = String(validating: parameter.value, as: UTF8.self)
      else { throw Self.malformed }
      tags.append(Tag(key: key, value: value))
    }
    try self.init(tags, limit: limit)
  }

  /// The tags as a query, by which they can be kept.
  public var query: String {
    tags.map { tag in
      let key = PercentEncoding.encode(tag.key.utf8, allowing: PercentEncoding.unreserved)
      let value = PercentEncoding.encode(tag.value.utf8, allowing: PercentEncoding.unreserved)
      return "\(key)=\(value)"
    }.joined(separator: "&")
  }

  private static let malformed = S3Error.invalidArgument(
    "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name "
      + "duplicates.",
    name: "x-amz-tagging")
}
