import FastCGIFixture
import HTTPSemantics

/// The answer to a request.
struct Answer: Sendable {
  /// There is none, or none that could be read.
  struct Missing: Error, CustomStringConvertible {
    let reason: String
    var description: String { reason }
  }

  /// The status.
  let status: Int
  /// The header fields.
  let fields: HeaderFields
  /// What followed them.
  let body: [UInt8]
  /// Whether it was broken off before its announced length.
  let isCut: Bool

  /// Takes a CGI response apart (RFC 3875, section 6).
  init(_ response: WebServerPeer.Response, isHead: Bool) throws {
    let output = response.output
    guard let end = output.firstRange(of: Array("\r\n\r\n".utf8)) else {
      throw Missing(reason: "no header section: \(response.text.prefix(200))")
    }
    var fields = HeaderFields()
    for line in String(decoding: output[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n") {
      let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, fields.append(String(parts[0]), String(parts[1].drop { $0 == " " })) else {
        throw Missing(reason: "no field: \(line)")
      }
    }
    guard let status = Int((fields["status"] ?? "200 OK").prefix(3)) else { throw Missing(reason: "no status") }
    let body = Array(output[end.upperBound...])
    let announced = isHead ? nil : fields["content-length"].flatMap { Int($0) }
    (self.status, self.fields, self.body) = (status, fields, body)
    isCut = response.applicationStatus != 0 || body.count != announced ?? body.count
  }

  /// The body as text.
  var text: String { String(decoding: body, as: UTF8.self) }

  /// The body as JSON.
  func json() throws -> JSONValue { try JSONParser.parse(body) }

  /// A member of the body's JSON object; nil where there is none.
  subscript(_ member: String) -> JSONValue? { (try? json())?[member] }

  /// The code of an error: of S3's XML, or of a problem document.
  var code: String? { elements("Code").first ?? self["code"]?.stringValue }

  /// The contents of all XML elements of a name, in order.
  func elements(_ name: String) -> [String] {
    text.split(separator: "<\(name)>", omittingEmptySubsequences: false).dropFirst().compactMap { part in
      part.firstRange(of: "</\(name)>").map { String(part[..<$0.lowerBound]) }
    }
  }
}
