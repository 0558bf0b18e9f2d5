internal import HTTPSemantics
internal import S3Documents

/// The one spelling of a request that signature version 2 is computed over.
struct CanonicalStringVersion2 {
  /// The lines in front of the path.
  private let head: String
  /// The same without secrets.
  private let shownHead: String
  private var path: [UInt8]
  private let subresources: String

  /// - Parameters:
  ///   - fields: those of the request, and those that its query implies.
  ///   - date: the `Date` field, `Expires` of a presigned request, or nothing beside `x-amz-date`.
  init(_ request: S3Request, query: QueryParameters, fields: HeaderFields, date: String) {
    let lines = [request.method, fields["content-md5"] ?? "", fields["content-type"] ?? "", date]
    let start = lines.map { $0 + "\n" }.joined()
    head = start + Self.amazonFields(fields, hidesSecrets: false)
    shownHead = start + Self.amazonFields(fields, hidesSecrets: true)
    // The bucket stands in front of the path, also where the host names it.
    path = (request.hostBucket.map { Array("/\($0)".utf8) } ?? []) + request.rawPath
    subresources = Self.subresources(query)
  }

  var text: String { head + String(decoding: path, as: UTF8.self) + subresources }

  /// What an answer may show of it.
  var shownText: String { shownHead + String(decoding: path, as: UTF8.self) + subresources }

  /// The same with a slash at the end of the path; nil unless the path is a bucket's and has none.
  var withSlashAfterBucket: CanonicalStringVersion2? {
    guard path.count > 1, !path.dropFirst().contains(UInt8(ascii: "/")) else { return nil }
    var result = self
    result.path.append(UInt8(ascii: "/"))
    return result
  }

  /// A line for each name, sorted, the values of one name joined by commas.
  private static func amazonFields(_ fields: HeaderFields, hidesSecrets: Bool) -> String {
    var values: [String: [String]] = [:]
    for field in fields.fields {
      let name = field.name.lowercased()
      guard name.hasPrefix("x-amz-") else { continue }
      let isHidden = hidesSecrets && SecretNames.contains(name)
      values[name, default: []].append(isHidden ? SecretNames.replacement : field.value)
    }
    return values.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value.joined(separator: ","))\n" }.joined()
  }

  /// The parameters that name another resource, or change the answer's fields. All others are not signed.
  private static func subresources(_ query: QueryParameters) -> String {
    let signed = query.parameters.lazy.map {
      (name: String(decoding: $0.name, as: UTF8.self), value: String(decoding: $0.value, as: UTF8.self))
    }.filter { SubResource.signedNames.contains($0.name) }
    // A parameter without a value is written without its equals sign, whichever way it came.
    let pieces = signed.sorted { $0.name < $1.name }.map { $0.value.isEmpty ? $0.name : "\($0.name)=\($0.value)" }
    return pieces.isEmpty ? "" : "?" + pieces.joined(separator: "&")
  }
}
