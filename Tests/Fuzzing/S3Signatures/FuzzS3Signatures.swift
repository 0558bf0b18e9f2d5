import Digests
import HTTPSemantics
import S3Authentication

/// Signs any request in one of the four ways, by a signer that shares nothing with the verifier but the digests: it is
/// then known who sent it; with another secret, another method, path, query or signed field it is not.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzS3Signatures(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  guard bytes.count <= 4_096 else { return 0 }
  let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
  var parts: [[UInt8]] = lines.prefix(3).map { Array($0) }
  parts += [[UInt8]](repeating: [], count: 3 - parts.count)
  guard let draft = Draft(path: parts[0], query: parts[1], value: parts[2]) else { return 0 }
  // One way and one change for each input: to sign takes its time.
  let choice = bytes.reduce(0) { $0 &+ Int($1) }
  let way = Way.allCases[choice % Way.allCases.count]
  check(draft, way, choice / Way.allCases.count)
  return 0
}

private let now: Int64 = 1_369_353_600
private let timestamp = "20130524T000000Z"
private let scope = "20130524/us-east-1/s3/aws4_request"

private enum Way: CaseIterable {
  case header4
  case query4
  case header2
  case query2
}

/// What is to be signed: names and values of the query without their escapes, the value of one field.
private struct Draft {
  var method = "GET"
  var path: [UInt8]
  var query: [(name: [UInt8], value: [UInt8])]
  var field: String

  init?(path: [UInt8], query: [UInt8], value: [UInt8]) {
    self.path = [UInt8(ascii: "/")] + path.filter { $0 != 0 }
    self.query = query.split(separator: UInt8(ascii: "&")).prefix(8).map { parameter in
      let parts = parameter.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      return (Array(parts[0]), parts.count > 1 ? Array(parts[1]) : [])
    }
    // Names that mean something to the verifier itself, and lists that repeat a name, are for the other target.
    let names = self.query.map { String(decoding: $0.name, as: UTF8.self) }
    guard Set(names).count == names.count, !names.contains(where: Self.isOwn) else { return nil }
    field = String(decoding: value.filter { (0x21...0x7E).contains($0) }, as: UTF8.self)
  }

  private static func isOwn(_ name: String) -> Bool {
    let name = name.lowercased()
    return name.hasPrefix("x-amz-") || ["awsaccesskeyid", "signature", "expires"].contains(name)
      || name.hasPrefix("response-") || name.unicodeScalars.contains("\u{FFFD}")
  }
}

private func encoded(_ bytes: [UInt8], _ more: String = "") -> String {
  PercentEncoding.encode(bytes, allowing: PercentEncoding.unreserved.union(ASCIISet(more)))
}

private func hexadecimal(_ text: String) -> String { Hexadecimal.encode(SHA256.digest(of: Array(text.utf8))) }

private func request(_ draft: Draft, _ more: [(String, String)], _ fields: [(String, String)]) -> S3Request {
  let query =
    draft.query.map { "\(encoded($0.name))=\(encoded($0.value))" } + more.map { "\($0)=\(encoded(Array($1.utf8)))" }
  return S3Request(
    method: draft.method, rawPath: Array(encoded(draft.path, "/").utf8),
    rawQuery: Array(query.joined(separator: "&").utf8),
    fields: HeaderFields([("host", "s3.example"), ("x-amz-meta-a", draft.field)] + fields))
}

/// Signs a draft; what is sent may be another one.
private func signed(_ sent: Draft, as draft: Draft, _ way: Way, _ secret: String) -> S3Request {
  switch way {
  case .header4:
    let fields = [("x-amz-date", timestamp), ("x-amz-content-sha256", "UNSIGNED-PAYLOAD")]
    let signature = version4(
      draft, [], [("host", "s3.example")] + fields.sorted { $0.0 < $1.0 } + [("x-amz-meta-a", draft.field)], secret)
    let names = "host;x-amz-content-sha256;x-amz-date;x-amz-meta-a"
    let authorization = "AWS4-HMAC-SHA256 Credential=KEY/\(scope), SignedHeaders=\(names), Signature=\(signature)"
    return request(sent, [], fields + [("authorization", authorization)])
  case .query4:
    let own = [
      ("X-Amz-Algorithm", "AWS4-HMAC-SHA256"), ("X-Amz-Credential", "KEY/\(scope)"), ("X-Amz-Date", timestamp),
      ("X-Amz-Expires", "60"), ("X-Amz-SignedHeaders", "host;x-amz-meta-a"),
    ]
    let signature = version4(draft, own, [("host", "s3.example"), ("x-amz-meta-a", draft.field)], secret)
    return request(sent, own + [("X-Amz-Signature", signature)], [])
  case .header2:
    let date = "Fri, 24 May 2013 00:00:00 GMT"
    let signature = version2(draft, date, secret)
    return request(sent, [], [("date", date), ("authorization", "AWS KEY:\(signature)")])
  case .query2:
    let expires = String(now + 60)
    let signature = version2(draft, expires, secret)
    return request(sent, [("AWSAccessKeyId", "KEY"), ("Expires", expires), ("Signature", signature)], [])
  }
}

private func version4(
  _ draft: Draft, _ own: [(String, String)], _ fields: [(String, String)], _ secret: String
) -> String {
  let parameters =
    (draft.query.map { (encoded($0.name), encoded($0.value)) } + own.map { ($0, encoded(Array($1.utf8))) })
    .sorted { $0 < $1 }.map { "\($0)=\($1)" }
  let canonical = [
    draft.method, encoded(draft.path, "/"), parameters.joined(separator: "&"),
    fields.map { "\($0):\($1)\n" }.joined(), fields.map(\.0).joined(separator: ";"), "UNSIGNED-PAYLOAD",
  ].joined(separator: "\n")
  let text = "AWS4-HMAC-SHA256\n\(timestamp)\n\(scope)\n\(hexadecimal(canonical))"
  var key = Array("AWS4\(secret)".utf8)
  for part in scope.split(separator: "/").map({ String($0) }) + [text] {
    key = HMACSHA256.authenticate(key: key, message: Array(part.utf8))
  }
  return Hexadecimal.encode(key)
}

/// Of the parameters only those count that name another resource.
private let resources = [
  "acl", "cors", "delete", "lifecycle", "location", "logging", "notification", "partNumber", "policy", "requestPayment",
  "tagging", "torrent", "uploadId", "uploads", "versionId", "versioning", "versions", "website",
]

private func version2(_ draft: Draft, _ date: String, _ secret: String) -> String {
  let signed = draft.query.map { (String(decoding: $0.name, as: UTF8.self), String(decoding: $0.value, as: UTF8.self)) }
    .filter { resources.contains($0.0) }.sorted { $0.0 < $1.0 }.map { $1.isEmpty ? $0 : "\($0)=\($1)" }
  let text = [draft.method, "", "", date, "x-amz-meta-a:\(draft.field)", ""].joined(separator: "\n").dropLast()
  let resource = encoded(draft.path, "/") + (signed.isEmpty ? "" : "?" + signed.joined(separator: "&"))
  return Base64.standard.encode(
    HMACSHA1.authenticate(key: Array(secret.utf8), message: Array("\(text)\n\(resource)".utf8)))
}

private func sender(_ request: S3Request) -> String? {
  (try? S3Authenticator.authenticate(request, now: now) { $0 == "KEY" ? "secret" : nil })?.accessKey
}

private func check(_ draft: Draft, _ way: Way, _ choice: Int) {
  let isVersion2 = way == .header2 || way == .query2
  // Version 2 knows more parameters than these that name a resource; such a draft says nothing.
  let isKnown = sender(signed(draft, as: draft, way, "secret")) == "KEY"
  precondition(isKnown || isVersion2, "a good signature is refused: \(way)")
  guard isKnown else { return }
  var other = draft
  var secret = "secret"
  switch choice % 5 {
  case 0: secret = "another"
  case 1: other.method = "PUT"
  case 2: other.path += Array("x".utf8)
  case 3: other.field += "x"
  default:
    let name = isVersion2 ? "uploadId" : "uploads-of-nobody"
    guard !draft.query.contains(where: { $0.name.elementsEqual(name.utf8) }) else { return }
    other.query.append((Array(name.utf8), Array("1".utf8)))
  }
  precondition(sender(signed(other, as: draft, way, secret)) == nil, "another request: \(way), \(choice % 5)")
}
