/// Why bytes are not an XML document that is accepted here.
struct XMLError: Error, Hashable, Sendable {
  /// The kinds of fault; the raw value is a stable name for programs.
  enum Reason: String, Sendable {
    /// More bytes or more elements than the limits allow.
    case tooLarge = "too-large"
    /// Elements are nested deeper than the limit.
    case tooDeep = "too-deep"
    /// The document is not UTF-8, or says that it is something else.
    case invalidEncoding = "invalid-encoding"
    /// The document ends before its root element does.
    case unexpectedEnd = "unexpected-end"
    /// A byte that cannot stand there.
    case unexpectedByte = "unexpected-byte"
    /// A character that no document may hold, as it is or as a reference.
    case invalidCharacter = "invalid-character"
    /// A reference to an entity that is not one of the five predefined ones.
    case unknownEntity = "unknown-entity"
    /// An end tag that is not its start tag's.
    case mismatchedTag = "mismatched-tag"
    /// An element that names an attribute twice.
    case duplicateAttribute = "duplicate-attribute"
    /// A document type declaration or a processing instruction: well-formed XML, but none of this subset.
    case unsupported = "unsupported"
  }

  /// What is wrong.
  let reason: Reason
  /// Where, in bytes from the beginning.
  let offset: Int
}
