/// The header section of one part of a form (RFC 7578 §4).
public struct PartHeaders: Sendable, Equatable {
  /// All fields. Bytes that are not UTF-8 became U+FFFD.
  public let fields: HeaderFields
  /// The field's name.
  public let name: String
  /// The file name without folders; nil if the part is no file, empty if no file was chosen.
  public let filename: String?
  /// The media type that the client claims; nil if it is absent or malformed.
  public let contentType: MediaType?

  /// Takes the section's lines, unfolded and without their CRLF.
  init(lines: [[UInt8]]) throws(MultipartError) {
    var fields = HeaderFields()
    var disposition: ContentDisposition?
    for line in lines {
      let (name, value) = try Self.split(line)
      if disposition == nil, name.equalsIgnoringASCIICase("content-disposition") {
        disposition = ContentDisposition(parsing: Array(value))
      }
      fields.append(name, String(decoding: value, as: UTF8.self))
    }
    guard
      let disposition, disposition.kind == "form-data", let name = disposition.name,
      fields.values(of: "content-disposition").count == 1
    else { throw .missingDisposition }
    let isSingular = { ["content-type", "content-transfer-encoding"].contains($0) }
    guard fields.firstRepeated(where: isSingular) == nil else { throw .malformedHeader }
    if let encoding = fields["content-transfer-encoding"],
      !["7bit", "8bit", "binary"].contains(encoding.asciiLowercased)
    {
      throw .unsupportedTransferEncoding
    }
    self.fields = fields
    self.name = name
    filename = disposition.filename
    contentType = fields["content-type"].flatMap(MediaType.init(parsing:))
  }

  private static func split(_ line: [UInt8]) throws(MultipartError) -> (name: String, value: ArraySlice<UInt8>) {
    guard
      let colon = line.firstIndex(of: ASCII.colon),
      !line.contains(0)
    else { throw .malformedHeader }
    let name = String(decoding: line[..<colon], as: UTF8.self)
    guard HeaderFields.isName(name) else { throw .malformedHeader }
    return (name, line[(colon + 1)...])
  }
}
