/// Collects edits in file order: joins neighbours, and refuses a file that needs too many.
struct EditList: Sendable {
  /// More than any real file needs (an edit takes 14 bytes of file at least); bounds memory whatever the input.
  static let limit = 65_536

  /// Bytes of all replacements together. One orientation and one JFIF header are all that a real file has.
  static let replacementLimit = 65_536

  private(set) var edits: [MetadataEdit] = []
  private var replacementLength = 0

  var isEmpty: Bool { edits.isEmpty }

  /// Adds an edit behind all that were added before.
  ///
  /// - Throws: `Corruption.tooManyEdits` beyond `limit` or `replacementLimit`.
  mutating func append(
    _ content: MetadataEdit.Content, _ range: Range<UInt64>, replacement: [UInt8] = []
  ) throws(ImageStructureError) {
    replacementLength += replacement.count
    guard replacementLength <= Self.replacementLimit else { throw .corrupt(.tooManyEdits, at: range.lowerBound) }
    if let last = edits.indices.last, edits[last].range.upperBound == range.lowerBound, edits[last].content == content {
      edits[last].range = edits[last].range.lowerBound..<range.upperBound
      edits[last].replacement += replacement
      return
    }
    guard edits.count < Self.limit else { throw .corrupt(.tooManyEdits, at: range.lowerBound) }
    edits.append(MetadataEdit(content: content, range: range, replacement: replacement))
  }
}
