public import HTTPSemantics

/// What the listings of a bucket have in common: which keys, how many, in what encoding.
public struct ListingScope: Sendable, Equatable {
  /// The most items that a page may have.
  public static let maximumLimit = 1000

  /// What the keys begin with.
  public let prefix: String
  /// What ends a common prefix; empty for none.
  public let delimiter: String
  /// Items on a page at most.
  public let limit: Int
  /// The encoding of keys in the answer.
  public let encoding: EncodingType?

  /// Takes the scope from the parameters of a listing.
  ///
  /// - Parameter limitName: the name of the parameter for the limit. 1,000 is taken for more than that.
  /// - Throws: `InvalidArgument`.
  public init(_ query: QueryParameters, limitName: String) throws(S3Error) {
    prefix = try query.text("prefix") ?? ""
    delimiter = try query.text("delimiter") ?? ""
    limit = try query.limit(limitName, maximum: Self.maximumLimit)
    encoding = try EncodingType(query)
  }

  /// A page of this scope that is still empty.
  public func collator<Entry>(_ start: ListingCollator<Entry>.Start) -> ListingCollator<Entry> {
    ListingCollator(prefix: prefix, delimiter: delimiter, start: start, limit: limit)
  }
}

extension QueryParameters {
  /// The value of `name`, nil if it is not there.
  ///
  /// - Throws: `InvalidArgument` if it is not UTF-8.
  func text(_ name: String) throws(S3Error) -> String? {
    guard let bytes = firstBytes(name) else { return nil }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw .invalidArgument("The parameter is not valid UTF-8.", name: name)
    }
    return text
  }

  /// The number of `name`, as `PageLimit` reads it.
  func limit(_ name: String, maximum: Int) throws(S3Error) -> Int {
    try PageLimit.parse(try text(name), name: name, maximum: maximum)
  }
}
