internal import HTTPSemantics
internal import PostgreSQL
internal import Storage

/// How metadata stands in the tables: the JSON that plain files carry, as text.
extension ObjectMetadata {
  var record: String { json.text }

  /// Reads what `record` gave.
  /// - Throws: `unexpectedAnswer` for anything else.
  init(record: String) throws(PostgreSQLError) {
    guard let json = try? JSONParser.parse(Array(record.utf8)), let metadata = ObjectMetadata(json) else {
      throw .unexpectedAnswer("metadata of an object that this program does not write")
    }
    self = metadata
  }
}

extension UploadedPart {
  var record: String { json.text }

  /// Reads what `record` gave.
  /// - Throws: `unexpectedAnswer` for anything else.
  init(_ number: Int64, record: String) throws(PostgreSQLError) {
    guard let json = try? JSONParser.parse(Array(record.utf8)), let number = Int(exactly: number),
      let size = json["size"]?.recordSize, let part = UploadedPart(number, json, length: size)
    else { throw .unexpectedAnswer("a part that this program does not write") }
    self = part
  }

  /// Whether both are of the same bytes; when they were put does not matter.
  func isSameContent(as other: UploadedPart) -> Bool {
    var other = other
    other.modified = modified
    return self == other
  }
}

extension JSONValue {
  /// The value as text.
  var text: String { String(decoding: JSONWriter.write(self), as: UTF8.self) }
}
