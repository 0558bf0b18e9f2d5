internal import HTTPSemantics

/// Header fields that a presigned address carries in its query, because whoever follows a link sends none of them.
enum ImpliedFields {
  /// Those of version 2: `x-amz-…`, `content-type` and `content-md5`. A field that was sent as one comes before.
  static func version2(_ query: QueryParameters, besides sent: HeaderFields) -> HeaderFields {
    collect(query, besides: sent) { name in
      name.hasPrefix("x-amz-") || name == "content-type" || name == "content-md5"
    }
  }

  /// Those of version 4: `x-amz-…`, but for the signature's own.
  static func version4(_ query: QueryParameters, besides sent: HeaderFields) -> HeaderFields {
    collect(query, besides: sent) { name in
      name.hasPrefix("x-amz-") && !ofSignatureVersion4.contains(name)
    }
  }

  private static let ofSignatureVersion4: Set = [
    "x-amz-algorithm", "x-amz-content-sha256", "x-amz-credential", "x-amz-date", "x-amz-expires",
    "x-amz-security-token", "x-amz-signature", "x-amz-signedheaders",
  ]

  private static func collect(
    _ query: QueryParameters, besides sent: HeaderFields, where isField: (String) -> Bool
  ) -> HeaderFields {
    var fields = HeaderFields()
    for parameter in query.parameters {
      let name = String(decoding: parameter.name, as: UTF8.self).lowercased()
      guard isField(name), !sent.contains(HeaderFields.foldedByCGI(name)) else { continue }
      fields.append(name, String(decoding: parameter.value, as: UTF8.self))
    }
    return fields
  }
}
