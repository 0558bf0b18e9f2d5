import Digests
import HTTPSemantics
import Testing

@testable import S3Authentication

/// Requests that are signed for another server, against what others sign and what is accepted here.
@Suite struct RequestSignerTests {
  private var signer = S3RequestSigner(Example.credentials, region: "us-east-1")

  private static func field(_ fields: HeaderFields, _ name: String) throws -> String {
    let authorization = try #require(fields["Authorization"])
    let part = authorization.split { $0 == "," || $0 == " " }.first { $0.hasPrefix(name + "=") }
    return String(try #require(part).dropFirst(name.count + 1))
  }

  /// Signs what the request says, as somebody who had to send it would.
  private mutating func sign(
    _ request: S3Request, region: String = "us-east-1", now: Int64
  ) throws -> HeaderFields {
    signer = S3RequestSigner(Example.credentials, region: region)
    var fields = request.fields
    for name in ["host", "x-amz-date", "x-amz-content-sha256", "authorization"] { fields.remove(name) }
    let query = request.rawQuery.isEmpty ? "" : "?" + String(decoding: request.rawQuery, as: UTF8.self)
    let payload: S3RequestSigner.Payload =
      switch request.fields["x-amz-content-sha256"] {
      case "UNSIGNED-PAYLOAD": .unsigned
      case Example.emptyHash: .empty
      case let hash?: .sha256(try #require(Hexadecimal.decode(hash.utf8)))
      case nil: .empty
      }
    return try signer.sign(
      request.method, String(decoding: request.rawPath, as: UTF8.self) + query,
      host: try #require(request.fields["host"]), fields: fields, payload: payload, now: now)
  }

  @Test(arguments: PublishedVersion4Tests.vectors)
  mutating func publishedExamplesAreMade(vector: PublishedVersion4Tests.Vector) throws {
    let fields = try sign(vector.request, now: Example.now)
    #expect(try Self.field(fields, "Signature") == vector.signature)
    #expect(try Self.field(fields, "SignedHeaders") == vector.signedHeaders)
    #expect(fields["x-amz-date"] == "20130524T000000Z" && !fields.contains("host"))
  }

  @Test mutating func signsAsBotocoreDoes() throws {
    let vectors = try BotocoreVectorTests.recordedVectors.get()
    var compared = 0
    for vector in vectors {
      guard let authorization = vector.request.fields["authorization"], authorization.hasPrefix("AWS4-HMAC-SHA256 ")
      else { continue }
      let hash = try #require(vector.request.fields["x-amz-content-sha256"])
      // The framing in chunks is nothing that is sent from here.
      guard !hash.hasPrefix("STREAMING-") else { continue }
      let names = try Self.field(vector.request.fields, "SignedHeaders").split(separator: ";").map(String.init)
      let covered = vector.request.fields.fields.filter { names.contains($0.name.lowercased()) }
      let request = S3Request(
        method: vector.request.method, rawPath: vector.request.rawPath, rawQuery: vector.request.rawQuery,
        fields: HeaderFields(covered.map { ($0.name, $0.value) }))
      let region = try Self.field(vector.request.fields, "Credential").split(separator: "/")[2]
      let fields = try sign(request, region: String(region), now: vector.now)
      #expect(try Self.field(fields, "Signature") == Self.field(vector.request.fields, "Signature"))
      compared += 1
    }
    #expect(compared > 50)
  }

  @Test(arguments: [
    "/bucket/a%20b%2Bc%2525", "/bucket/%D1%84/..//x?list-type=2&prefix=a%2Fb%20c&continuation-token=a%2Bb%3D",
    "/bucket/?delete", "/",
  ])
  mutating func whateverIsSignedIsAccepted(target: String) throws {
    for payload in [S3RequestSigner.Payload.unsigned, .empty, .sha256(SHA256.digest(of: [1, 2, 3]))] {
      let given: HeaderFields = ["Content-MD5": "abc==", "Range": "bytes=0-9", "x-amz-meta-vitrine": "{\"a\":  \"b\"}"]
      let fields = try signer.sign(
        "PUT", target, host: "engine:8333", fields: given, payload: payload, now: Example.now)
      let sent = fields.fields.map { ($0.name, $0.value) } + [("Host", "engine:8333")]
      guard case .success(.authenticated) = Example.outcome(Example.request("PUT", target, sent)) else {
        Issue.record("refused: \(target)")
        continue
      }
      for name in ["Content-MD5", "Range", "x-amz-meta-vitrine", "Host"] {
        let changed = Example.request("PUT", target, sent).setting(name, "other")
        #expect(Example.code(changed) == .signatureDoesNotMatch, "\(name)")
      }
    }
  }

  @Test mutating func theKeyFollowsTheDay() throws {
    for now in [Example.now, Example.now + 86_399, Example.now + 86_400, Example.now + 10 * 86_400, Example.now] {
      let fields = try signer.sign("GET", "/b/k", host: "h", now: now)
      let sent = fields.fields.map { ($0.name, $0.value) } + [("host", "h")]
      guard case .success(.authenticated) = Example.outcome(Example.request("GET", "/b/k", sent), now: now) else {
        Issue.record("refused at \(now)")
        continue
      }
    }
  }

  @Test mutating func malformedTargetIsNotSigned() {
    #expect(throws: S3AuthenticationError.self) { try signer.sign("GET", "/b/%zz", host: "h", now: Example.now) }
  }
}
