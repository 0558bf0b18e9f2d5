public import HTTPSemantics

/// The parameters of ListParts: `GET /bucket/key?uploadId=`.
public struct ListPartsRequest: Sendable, Equatable {
  /// The number of the part behind which the page begins.
  public let marker: Int
  /// Parts on the page at most.
  public let limit: Int
  /// The encoding of the key in the answer.
  public let encoding: EncodingType?

  /// Takes the parameters.
  ///
  /// - Throws: `InvalidArgument`.
  public init(_ query: QueryParameters) throws(S3Error) {
    limit = try query.limit("max-parts", maximum: 1000)
    encoding = try EncodingType(query)
    marker = try PageLimit.parse(
      try query.text("part-number-marker"), name: "part-number-marker", maximum: PartNumber.maximum, absent: 0)
  }
}
