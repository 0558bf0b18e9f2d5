internal import HTTPSemantics
internal import S3Authentication
internal import S3Documents

/// Takes a form apart: the fields in front of the file are kept, the file's bytes are handed on, what follows counts for
/// nothing. Pure.
struct FormReader: Sendable {
  /// The most bytes of all fields together.
  static let fieldLimit = 65_536
  /// What a field counts for beside its name and value, so that there are not very many of them.
  static let fieldCost = 64

  /// What came next.
  enum Event: Equatable {
    /// All fields are there; the file's content begins.
    case file(name: String, contentType: String?)
    /// Bytes of the file.
    case content(ArraySlice<UInt8>)
  }

  private enum Part {
    case none
    case field(String)
    case file
    case ignored
  }

  private(set) var fields: [NameValuePair] = []
  private var parser: MultipartParser
  private var part = Part.none
  private var value: [UInt8] = []
  private var size = 0
  private var hasFile = false

  init(boundary: String) throws(S3Error) {
    do throws(MultipartError) { parser = try MultipartParser(boundary: boundary) } catch { throw .malformedPOSTRequest }
  }

  /// Takes the next bytes of the body.
  mutating func consume(_ bytes: [UInt8]) throws(S3Error) -> [Event] {
    var parts: [MultipartEvent] = []
    do throws(MultipartError) { try parser.consume(bytes[...], into: &parts) } catch { throw .malformedPOSTRequest }
    var events: [Event] = []
    for part in parts { try take(part, &events) }
    return events
  }

  private mutating func take(_ event: MultipartEvent, _ events: inout [Event]) throws(S3Error) {
    switch event {
    case .partBegan(let headers):
      if hasFile {
        part = .ignored
      } else if headers.name.lowercased() == "file" {
        hasFile = true
        part = .file
        events.append(.file(name: headers.filename ?? "", contentType: headers.contentType?.description))
      } else {
        try count(headers.name.utf8.count + Self.fieldCost)
        part = .field(headers.name)
        value = []
      }
    case .partData(let bytes):
      switch part {
      case .file: events.append(.content(bytes))
      case .field:
        try count(bytes.count)
        value += bytes
      case .ignored, .none: break
      }
    case .partEnded:
      if case .field(let name) = part {
        fields.append(NameValuePair(name, String(decoding: value, as: UTF8.self)))
      }
      part = .none
    case .finished: break
    }
  }

  private mutating func count(_ bytes: Int) throws(S3Error) {
    size += bytes
    guard size <= Self.fieldLimit else { throw .maxMessageLengthExceeded }
  }

  /// Ends it: the closing delimiter must have come, and a file.
  func finish() throws(S3Error) {
    do throws(MultipartError) { try parser.finish() } catch { throw .malformedPOSTRequest }
    guard hasFile else { throw .invalidArgument("POST requires exactly one file upload per request.", name: "file") }
  }
}
