internal import HTTPSemantics
internal import Posix
internal import Storage

/// What travels with a blob, so that the tables can be made anew from the engine: for which object it was put, as one line of
/// JSON in ASCII.
enum BlobMetadata {
  /// The most bytes that every engine keeps.
  private static let limit = 1_024

  /// Pieces of a content that were sent before its last one: the last one tells for what all of them were put.
  struct LeadingPieces: Equatable, Sendable {
    /// By what they are recognised.
    var label: String
    var count: Int
    /// The entity tag of the whole.
    var etag = ""
  }

  /// Of an object, or of its last piece; of what is too long, only what names it.
  static func object(
    _ key: [UInt8], in bucket: String, _ metadata: ObjectMetadata, after leading: LeadingPieces? = nil
  ) -> String? {
    fitting(name(key, bucket) + members(leading), .init(name: "object", value: .string(metadata.record)))
  }

  /// Of a piece that is not the last of its content, counted from 0.
  static func piece(_ number: Int, of label: String) -> String {
    JSONValue.object([
      .init(name: "content", value: .string(label)), .init(name: "piece", value: .int(Int64(number))),
    ]).text
  }

  private static func members(_ leading: LeadingPieces?) -> [JSONValue.Member] {
    guard let leading else { return [] }
    return [
      .init(name: "content", value: .string(leading.label)),
      .init(name: "pieces", value: .int(Int64(leading.count))),
      .init(name: "etag", value: .string(leading.etag)),
    ]
  }

  /// Of a part of an upload, or of its last piece; of what is too long, only what names it.
  static func part(
    _ number: Int, of upload: MultipartUpload, in bucket: String, after leading: LeadingPieces? = nil
  ) -> String? {
    let members: [JSONValue.Member] = [
      .init(name: "upload", value: .string(upload.identifier)), .init(name: "part", value: .int(Int64(number))),
    ]
    return fitting(
      name(upload.key, bucket) + members + Self.members(leading),
      .init(name: "object", value: .string(upload.metadata.record)))
  }

  /// Of a blob that several objects share.
  /// - Parameter offset: where the directory of them begins, which has what `object` tells of one.
  static func pack(of count: Int, directoryAt offset: UInt64) -> String {
    JSONValue.object([
      .init(name: "objects", value: .int(Int64(count))), .init(name: "directory", value: .int(Int64(offset))),
    ]).text
  }

  static func name(_ key: [UInt8], _ bucket: String) -> [JSONValue.Member] {
    [.init(name: "bucket", value: .string(bucket)), .init(name: "key", value: .string(Base64.url.encode(key)))]
  }

  /// Of a picture; of what is too long, only the members that are needed.
  static func picture(_ needed: [JSONValue.Member], _ further: JSONValue.Member) -> String? {
    fitting(needed, further)
  }

  private static func fitting(_ needed: [JSONValue.Member], _ further: JSONValue.Member) -> String? {
    [JSONValue.object(needed + [further]), .object(needed)].lazy.map(\.text.ascii).first { $0.utf8.count <= limit }
  }
}

extension String {
  /// The text of a JSON value in which other letters than ASCII's stand as escapes.
  fileprivate var ascii: String {
    var text = ""
    for unit in utf16 {
      if unit < 0x80, let scalar = Unicode.Scalar(unit) {
        text.unicodeScalars.append(scalar)
      } else {
        let digits = String(unit, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      }
    }
    return text
  }
}
