public import HTTPSemantics

/// A form by which a browser uploads an object ("Browser-based uploads using POST"): the fields in front of the file.
public struct PostForm: Sendable {
  /// The bucket that the form was posted to.
  public let bucket: String
  /// The fields in front of the file, in their order, with names in lower case: case does not count.
  public let fields: [NameValuePair]
  /// The name of the file, for `${filename}` in the key.
  public let fileName: String

  /// A form; the names of its fields may be in any case.
  public init(bucket: String, fields: [NameValuePair], fileName: String) {
    self.bucket = bucket
    self.fields = fields.map { NameValuePair($0.name.lowercased(), $0.value) }
    self.fileName = fileName
  }

  /// The first value of a field; `name` is in lower case.
  public subscript(_ name: String) -> String? {
    fields.first { $0.name == name }?.value
  }

  /// The first name that stands twice, or says what another has said already: a policy may ask for the one, and what is
  /// done then take the other. What a form says to ignore counts for nothing.
  var repeatedField: String? {
    var seen: Set<String> = []
    for field in fields where !field.name.hasPrefix("x-ignore-") {
      if !seen.insert(Self.synonyms[field.name] ?? field.name).inserted { return field.name }
    }
    return nil
  }

  private static let synonyms = ["x-amz-acl": "acl", "x-amz-tagging": "tagging", "redirect": "success_action_redirect"]

  /// The object's key, with the name of the file in the place of each `${filename}`; nil if the form names none. Of one
  /// that is too long for a key, only as much as shows that.
  public var key: String? { self["key"].map(resolvingFileName) }

  func resolvingFileName(_ key: String) -> String {
    let variable = Array("${filename}".utf8)
    var resolved: [UInt8] = []
    var rest = Array(key.utf8)[...]
    while let first = rest.first, resolved.count <= Self.longestKey {
      if rest.starts(with: variable) {
        resolved += fileName.utf8
        rest = rest.dropFirst(variable.count)
      } else {
        resolved.append(first)
        rest = rest.dropFirst()
      }
    }
    return String(decoding: resolved.prefix(Self.longestKey + 4), as: UTF8.self)
  }

  /// The most bytes of a key that is none any more.
  private static let longestKey = 2_048
}
