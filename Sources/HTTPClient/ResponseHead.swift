internal import HTTPSemantics

/// The grammar of a response's head (RFC 9112, sections 4 and 5).
enum ResponseHead {
  /// - Parameter bytes: up to and with the empty line.
  static func parse(_ bytes: ArraySlice<UInt8>) throws(HTTPResponseError) -> HTTPResponse {
    var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)[...]
    guard let first = lines.popFirst() else { throw .malformed }
    var response = HTTPResponse(status: try status(first))
    for line in lines {
      guard line.last == UInt8(ascii: "\r") || line.isEmpty else { throw .malformed }
      let line = line.dropLast()
      guard !line.isEmpty else { continue }
      guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { throw .malformed }
      let name = String(decoding: line[..<colon], as: UTF8.self)
      let value = String(decoding: line[(colon + 1)...], as: UTF8.self)
      guard response.fields.append(name, value) else { throw .malformed }
    }
    return response
  }

  /// `HTTP/1.1 200 OK`: the code. The reason may be missing, with its space.
  private static func status(_ line: ArraySlice<UInt8>) throws(HTTPResponseError) -> Int {
    let parts = line.split(separator: UInt8(ascii: " "), maxSplits: 2, omittingEmptySubsequences: false)
    guard line.last == UInt8(ascii: "\r"), parts.count >= 2, parts[0].starts(with: "HTTP/1.".utf8), parts[0].count == 8
    else { throw .malformed }
    let code = String(decoding: parts[1].prefix { $0 != UInt8(ascii: "\r") }, as: UTF8.self)
    guard code.utf8.count == 3, let status = decimal(code), status >= 100 else { throw .malformed }
    return Int(status)
  }

  /// Digits and nothing else.
  static func decimal(_ text: String) -> UInt64? {
    guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return UInt64(text)
  }
}
