@testable import HTTPSemantics

/// Feeds any bytes to every parser of a field value or a request target, and checks what must hold of the results.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzFieldValues(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  let text = String(decoding: bytes, as: UTF8.self)

  checkFields(text)
  checkDates(text)
  checkDisposition(bytes, text)
  checkConditionals(text)
  checkEscaping(bytes, text)
  if let target = try? RequestTarget(bytes) {
    precondition(target.rawPath.first == UInt8(ascii: "/") || target.rawPath == [UInt8(ascii: "*")])
  }
  _ = AcceptHeader.prefersHTML(accept: text)
  precondition(["en", "ru", "es"].contains(AcceptLanguage.choose(text, among: ["en", "ru", "es"], default: "en")))
  _ = try? DurationText.seconds(text)
  _ = try? SizeText.count(text)
  return 0
}

private func checkFields(_ text: String) {
  let fields: HeaderFields = ["X": text]
  precondition(fields.serialized.filter { $0 == 0x0D || $0 == 0x0A || $0 == 0 } == [0x0D, 0x0A], "more than one line")
  if let type = MediaType(parsing: text) {
    precondition(type.parameters.count <= 32)
    precondition(MediaType(parsing: type.description) == type, "the same type reads differently")
  }
}

private func checkDates(_ text: String) {
  if let seconds = HTTPDate.parse(text) {
    precondition(HTTPDate.parse(HTTPDate.format(seconds)) == seconds)
  }
  if let seconds = RFC3339.parse(text) {
    precondition(RFC3339.parse(RFC3339.format(seconds)) == seconds)
  }
}

private func checkDisposition(_ bytes: [UInt8], _ text: String) {
  if let parsed = ContentDisposition(parsing: bytes), let filename = parsed.filename {
    precondition(!filename.utf8.contains { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") })
  }
  let value = ContentDisposition.attachment(filename: text).fieldValue
  precondition(value.utf8.allSatisfy { (0x20..<0x7F).contains($0) }, "not ASCII")
  precondition(ContentDisposition(parsing: Array(value.utf8))?.filename != nil, "what was written is refused")
}

private func checkConditionals(_ text: String) {
  for length: UInt64 in [0, 1, 1000, .max] {
    if case .partial(let range) = ByteRange(parsing: text, length: length) {
      precondition(!range.isEmpty && range.upperBound <= length)
    }
  }
  if let tag = EntityTag(parsing: text) {
    precondition(EntityTag(parsing: tag.description) == tag)
  }
  let headers: HeaderFields = ["If-Match": text, "If-None-Match": text, "If-Range": text, "Range": text]
  _ = RangeSelection.select(
    headers, method: .get, length: 1000, current: Validators(etag: EntityTag("a"), lastModified: 0))
}

private func checkEscaping(_ bytes: [UInt8], _ text: String) {
  let line = LineEscaping.escape(bytes)
  precondition(!line.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x2028 || $0.value == 0x202E })
  precondition(LineEscaping.escape(bytes, limit: 20).utf8.count <= 20)
  precondition(!HTML.escape(text).utf8.contains(UInt8(ascii: "<")))
  precondition(!XML.escape(text).utf8.contains { $0 == UInt8(ascii: "<") || $0 < 0x20 })
  let encoded = PercentEncoding.encode(bytes, allowing: PercentEncoding.pathSegment)
  precondition((try? PercentEncoding.decode(encoded.utf8)) == bytes)
  precondition(FileName(clientSupplied: text).text.utf8.count <= 255)
}
