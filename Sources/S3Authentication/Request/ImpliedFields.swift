internal import HTTPSemantics

/// Header fields that a presigned address carries in its query, because whoever follows a link sends none of them.
enum ImpliedFields {
  /// Those of version 2: `x-amz-…`, `content-type` and `content-md5`. A header field of that name may be sent, too, if its
  /// value is the same.
  static func version2(
    _ query: QueryParameters, besides sent: HeaderFields
  ) throws(S3AuthenticationError) -> HeaderFields {
    try collect(query, besides: sent) { name in
      name.hasPrefix("x-amz-") || name == "content-type" || name == "content-md5"
    }
  }

  /// Those of version 4: `x-amz-…`, but for the signature's own.
  static func version4(
    _ query: QueryParameters, besides sent: HeaderFields
  ) throws(S3AuthenticationError) -> HeaderFields {
    try collect(query, besides: sent) { name in
      name.hasPrefix("x-amz-") && !ofSignatureVersion4.contains(name)
    }
  }

  private static let ofSignatureVersion4: Set = [
    "x-amz-algorithm", "x-amz-content-sha256", "x-amz-credential", "x-amz-date", "x-amz-expires",
    "x-amz-security-token", "x-amz-signature", "x-amz-signedheaders",
  ]

  private static func collect(
    _ query: QueryParameters, besides sent: HeaderFields, where isField: (String) -> Bool
  ) throws(S3AuthenticationError) -> HeaderFields {
    var fields = HeaderFields()
    for parameter in query.parameters {
      let name = String(decoding: parameter.name, as: UTF8.self).lowercased()
      guard isField(name) else { continue }
      let value = String(decoding: parameter.value, as: UTF8.self)
      guard let other = sent.list(of: name) ?? sent.list(of: HeaderFields.foldedByCGI(name)) else {
        fields.append(name, value)
        continue
      }
      guard other == HeaderFields.sanitized(value) else {
        throw S3AuthenticationError(
          .invalidArgument, "The header \(name) and the query parameter of that name differ.",
          details: [NameValuePair("ArgumentName", name)])
      }
    }
    return fields
  }
}
