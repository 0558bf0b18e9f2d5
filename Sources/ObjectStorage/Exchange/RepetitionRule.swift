internal import HTTPSemantics
internal import S3Documents

/// What may stand once stands once: what is checked and what is done read the same value, because there is only one.
enum RepetitionRule {
  /// Parameters that are lists, one value each: members of an archive, and the kinds of events that MinIO's clients ask
  /// for (and get the answer that there are none).
  private static let repeatable: Set<String> = [SubResource.member.rawValue, SubResource.events.rawValue]

  /// Fields of S3's own that are lists. Metadata of one name are joined, as S3 does; a signature covers all of them.
  private static let lists: Set<String> = ["x-amz-object-attributes", "x-amz-optional-object-attributes"]

  /// Whether a field, by its name in lower case, may stand once only.
  static func isSingular(_ name: String) -> Bool {
    SingularFields.names.contains(name)
      || (name.hasPrefix("x-amz-") && !name.hasPrefix("x-amz-meta-") && !lists.contains(name))
  }

  /// Looks at a request before anything about it is decided. Names of parameters are compared without regard to case:
  /// a presigned address may carry fields in its query, whose names have none.
  ///
  /// - Throws: `InvalidArgument`, also for a parameter that is no text, and so could be read as if it were not there.
  static func check(_ fields: HeaderFields, _ query: QueryParameters) throws(S3Error) {
    if let name = fields.firstRepeated(where: isSingular) {
      throw .invalidArgument("The header \(name) stands more than once.", name: name)
    }
    if let name = query.firstRepeated(except: repeatable, ignoresCase: true) {
      throw .invalidArgument("The query parameter \(name) stands more than once.", name: name)
    }
    for parameter in query.parameters where String(validating: parameter.value, as: UTF8.self) == nil {
      throw .invalidArgument(
        "The query parameter is not valid UTF-8.", name: String(decoding: parameter.name, as: UTF8.self))
    }
  }
}
