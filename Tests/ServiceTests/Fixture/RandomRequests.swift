import HTTPSemantics
import RandomFixture

/// Requests that nobody would send, and some that somebody would: methods, addresses, fields and bodies of every service, put
/// together at random, with values that parsers stumble over. The same seed gives the same requests.
struct RandomRequests: RandomNumberGenerator {
  private var numbers: SeededGenerator
  /// What is there to be asked for: an uploaded picture and its token, an upload in parts.
  var picture = "none.png"
  var token = ""
  var upload = ""

  /// Whether the present request is one that somebody could send: without a query and fields that say something else.
  private var isPlain = false

  init(seed: UInt64) { numbers = SeededGenerator(seed: seed) }

  mutating func next() -> UInt64 { numbers.next() }

  // MARK: Requests

  /// A request, and who signs it.
  mutating func request() -> WebServerRequest {
    isPlain = chance(0.4)
    let port = one(
      of: [.web, .web, .objectStore, .objectStore, .objectStore, .console, .consoleStore] as [WebServerRequest.Port])
    var target =
      switch port {
      case .web: webTarget()
      case .objectStore: storeTarget()
      case .console:
        "/-/console/" + one(of: ["session", "keys", "keys/ada", "blocked", "pictures", "activity", value()])
      case .consoleStore: "/-/console/store" + storeTarget()
      }
    if !isPlain, chance(0.05) { target = mutated(text: target) }
    var request = WebServerRequest(method(), target, port, fields: fields(), body: chance(0.6) ? body() : nil)
    if let type = bodyType, request.body != nil, chance(0.9) { request.fields["content-type"] = type }
    if port == .objectStore {
      if chance(0.8) {
        S3TestSigner(.root).sign(&request)
        if chance(0.1) { request.fields["authorization"] = mutated(text: request.fields["authorization"] ?? "") }
      } else if chance(0.5) {
        S3TestSigner(.root).presign(&request, expires: one(of: [1, 60, 604_800, 604_801, -1]))
      }
    } else if chance(0.3) {
      request.fields["authorization"] = one(of: ["Bearer \(token)", "Bearer", "Basic \(value())", value()])
    }
    return request
  }

  /// What a connection carries: whole records, or what became of them.
  /// - Returns: the bytes, and whether they are as a web server sends them.
  mutating func bytes(of request: WebServerRequest) -> (bytes: [UInt8], isWhole: Bool) {
    var bytes = request.bytes
    guard chance(0.25) else { return (bytes, true) }
    for _ in 0...Int.random(in: 0..<4, using: &self) {
      let offset = Int.random(in: bytes.indices, using: &self)
      switch Int.random(in: 0..<5, using: &self) {
      case 0: bytes[offset] ^= 1 << UInt8.random(in: 0..<8, using: &self)
      case 1: bytes.removeSubrange(offset...)
      case 2:
        bytes.insert(
          contentsOf: [1, UInt8.random(in: 0...12, using: &self), 0, one(of: [0, 1, 2]), 0, 0, 0, 0], at: offset)
      case 3: bytes.removeSubrange(offset..<min(bytes.count, offset + Int.random(in: 1...9, using: &self)))
      default: bytes[offset] = one(of: [0, 1, 0x7F, 0x80, 0xFF])
      }
      if bytes.isEmpty { bytes = [1] }
    }
    return (bytes, false)
  }

  private mutating func method() -> String {
    one(of: ["GET", "GET", "GET", "HEAD", "PUT", "PUT", "POST", "POST", "DELETE", "OPTIONS", "PATCH", "get", value()])
  }

  private mutating func webTarget() -> String {
    let path = one(of: [
      "/", "/upload", "/api/upload", "/api/upload/\(value())", "/images/", "/api/images", "/api/images/\(picture)",
      "/i/\(picture)", "/delete/\(picture)", "/archive/trip/", "/archive/\(value())/", "/archive/trip",
      "/thumbs/\(picture)",
      "/sharex.sxcu", "/healthz", "/metrics", "/\(value())",
    ])
    return path + query(["name", "limit", "after", "token", "visibility", "expires", "metadata", "lang"])
  }

  private mutating func storeTarget() -> String {
    let path = one(of: [
      "/", "/shelf", "/shelf/", "/shelf/a/k", "/shelf/\(value())", "/\(value())", "/images/\(picture)",
      "/photos/trip/a.jpg",
    ])
    return path
      + query([
        "acl", "attributes", "cors", "continuation-token", "delete", "delimiter", "encoding-type", "encryption",
        "fetch-owner", "key-marker", "legal-hold", "lifecycle", "list-type", "location", "marker", "max-keys",
        "object-lock",
        "ownershipControls", "partNumber", "part-number-marker", "policy", "policyStatus", "prefix",
        "response-content-type",
        "restore", "retention", "select", "start-after", "tagging", "uploadId", "uploads", "versionId", "versioning",
        "versions", "website", "x-id", "zip",
      ])
  }

  private mutating func query(_ names: [String]) -> String {
    guard !isPlain, chance(0.7) else { return "" }
    let parameters = (0...Int.random(in: 0..<3, using: &self)).map { _ in
      let name = one(of: names)
      return chance(0.3) ? name : "\(name)=\(name == "uploadId" && chance(0.8) ? upload : value())"
    }
    return "?" + parameters.joined(separator: "&")
  }

  private mutating func fields() -> [String: String] {
    let names = [
      "accept", "accept-language", "content-encoding", "content-md5", "content-type", "cookie", "if-match",
      "if-modified-since", "if-none-match", "if-range", "if-unmodified-since", "origin",
      "access-control-request-method",
      "range", "x-amz-acl", "x-amz-checksum-crc32", "x-amz-checksum-mode", "x-amz-checksum-sha256",
      "x-amz-content-sha256",
      "x-amz-copy-source", "x-amz-copy-source-if-match", "x-amz-copy-source-range", "x-amz-decoded-content-length",
      "x-amz-meta-a", "x-amz-meta-\u{fc}", "x-amz-metadata-directive", "x-amz-object-attributes", "x-amz-tagging",
      "x-amz-tagging-directive", "x-amz-trailer", "x-amz-sdk-checksum-algorithm", "x-vitrine-console", "host",
      "x-forwarded-for",
    ]
    var fields: [String: String] = [:]
    guard !isPlain else { return fields }
    for _ in 0..<Int.random(in: 0..<4, using: &self) { fields[one(of: names)] = value() }
    return fields
  }

  // MARK: Values

  /// A value of one kind in the place of one of another.
  private mutating func value() -> String {
    let common = [
      "", "a", "a/k", "1", "2", "0", "-1", "9223372036854775807", "18446744073709551616", "1e9", "%", "%zz", "%00",
      "%2F",
      "%FF%FE", "..", "../../etc/passwd", ".vitrine", "a//b", "/", "*", "\"", "\"quoted\"", "W/\"x\"", "é", "🦆", "+",
      " ",
      "true", "false", "bytes=0-", "bytes=-1", "bytes=5-2", "bytes=0-1,3-4", "/shelf/a/k", "shelf/a/k",
      "/photos/trip/a.jpg",
      "COPY", "REPLACE", "public-read", "CRC32", "SHA256", "UNSIGNED-PAYLOAD", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
      "STREAMING-UNSIGNED-PAYLOAD-TRAILER", "x-amz-checksum-crc32", "aws-chunked", "gzip", "text/html", "en;q=0.1",
      "Sat, 24 Jan 2026 14:00:00 GMT", "url", "ETag,Checksum,ObjectParts", "a=b&c=d", "k=v", "AAAAAA==",
      "https://else.example",
      "1d41d8cd98f00b204e9800998ecf8427e", "1B2M2Y8AsgTpgAmy7PhCfg==", "cat.png", "cat.jpg", "unlisted", "1h", "7d",
      "keep",
    ]
    let chosen = one(of: common)
    switch Int.random(in: 0..<12, using: &self) {
    case 0: return mutated(text: chosen)
    case 1: return String(repeating: chosen.isEmpty ? "x" : chosen, count: one(of: [2, 300, 1_100]))
    default: return chosen
    }
  }

  private var bodyType: String?

  private mutating func body() -> [UInt8] {
    bodyType = nil
    let xml = { (text: String) in Array(#"<?xml version="1.0"?>\#(text)"#.utf8) }
    var content: [UInt8]
    switch Int.random(in: 0..<12, using: &self) {
    case 0: content = (0..<Int.random(in: 0..<3_000, using: &self)).map { _ in UInt8.random(in: 0...255, using: &self) }
    case 1: content = TestPictures.png(numbered: UInt32.random(in: 0...UInt32.max, using: &self))
    case 2: content = one(of: [TestPictures.commented, TestPictures.gif])
    case 3, 4:
      let file = one(of: [
        TestPictures.png(numbered: UInt32.random(in: 0...UInt32.max, using: &self)), TestPictures.gif, [],
      ])
      content = TestForm().with("visibility", value()).with(file: value(), file).with(value(), value()).bytes
      bodyType = TestForm.fields["content-type"]
    case 5:
      content = Array(#"{"access_key":"ROOTKEY","secret_key":"\#(value())","name":"\#(value())","sha256":[1,{}]}"#.utf8)
      bodyType = "application/json"
    case 6:
      content = xml(
        "<CompleteMultipartUpload><Part><PartNumber>\(value())</PartNumber><ETag>\(value())</ETag></Part></CompleteMultipartUpload>"
      )
    case 7: content = xml("<Delete><Object><Key>\(value())</Key></Object><Quiet>\(value())</Quiet></Delete>")
    case 8:
      content = xml("<Tagging><TagSet><Tag><Key>\(value())</Key><Value>\(value())</Value></Tag></TagSet></Tagging>")
    case 9:
      content = xml(
        "<CORSConfiguration><CORSRule><AllowedOrigin>\(value())</AllowedOrigin><AllowedMethod>GET</AllowedMethod></CORSRule></CORSConfiguration>"
      )
    case 10:
      content = Array(
        #"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"s3:\#(value())","Resource":"arn:aws:s3:::shelf/\#(value())"}}"#
          .utf8)
    default:
      content = Array("5;chunk-signature=\(String(repeating: "0", count: 64))\r\nhello\r\n0\r\n\(value())\r\n\r\n".utf8)
    }
    if chance(0.3), !content.isEmpty {
      let offset = Int.random(in: content.indices, using: &self)
      content[offset] = UInt8.random(in: 0...255, using: &self)
      if chance(0.2) { content.removeSubrange(offset...) }
    }
    return content
  }

  private mutating func mutated(text: String) -> String {
    var bytes = Array(text.utf8)
    let offset = Int.random(in: 0...bytes.count, using: &self)
    // A web server lets no line end through.
    let inserted: [UInt8] = one(of: [[0x7F], [0x01], [0xC3], [0xFF], [0x25], [0x26], [0x3F], [0x22], [0x5C]])
    if chance(0.5) || bytes.isEmpty {
      bytes.insert(contentsOf: inserted, at: offset)
    } else {
      bytes.remove(at: min(offset, bytes.count - 1))
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private mutating func one<Element>(of choices: [Element]) -> Element {
    choices[Int.random(in: choices.indices, using: &self)]
  }

  mutating func chance(_ part: Double) -> Bool { Double.random(in: 0..<1, using: &self) < part }
}
