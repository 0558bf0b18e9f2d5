import HTTPSemantics
import Testing

@testable import S3Authentication

@Suite struct PayloadDeclarationTests {
  static let declarations: [(hash: String, payload: PayloadDeclaration)] = [
    ("UNSIGNED-PAYLOAD", .unsigned),
    ("STREAMING-AWS4-HMAC-SHA256-PAYLOAD", .signedChunks(trailer: false)),
    ("STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER", .signedChunks(trailer: true)),
    ("STREAMING-UNSIGNED-PAYLOAD-TRAILER", .unsignedChunks(trailer: true)),
    (String(repeating: "0a", count: 32), .signed(sha256: Array(repeating: 10, count: 32))),
    (String(repeating: "0A", count: 32), .signed(sha256: Array(repeating: 10, count: 32))),
  ]

  @Test(arguments: declarations) func everyModeNeedsTheRequestsSignature(
    hash: String, payload: PayloadDeclaration
  ) throws {
    let fields = [("host", "localhost"), ("x-amz-content-sha256", hash)]
    let signed = try Example.signed("PUT", "/bucket/key", fields)
    #expect(try Example.outcome(signed).get().payload == payload)
    // A forged signature has to be noticed also where no chunk has one.
    let forged = try Example.signed("PUT", "/bucket/key", fields, secretKey: "guessed")
    #expect(Example.code(forged) == .signatureDoesNotMatch)
    #expect(Example.code(signed.setting("host", "elsewhere")) == .signatureDoesNotMatch)
    #expect(Example.code(signed, secret: { _ in nil }) == .invalidAccessKeyID)
    #expect(Example.code(signed, now: Example.now + 901) == .requestTimeTooSkewed)
  }

  @Test(arguments: [
    ("", S3AuthenticationError.Code.invalidArgument), ("unsigned-payload", .invalidArgument),
    ("e3b0c442", .invalidArgument), (String(repeating: "g", count: 64), .invalidArgument),
    ("STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD", .notImplemented),
    ("STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER", .notImplemented),
  ])
  func otherHashesAreRefused(hash: String, code: S3AuthenticationError.Code) throws {
    let fields = [("host", "localhost"), ("x-amz-content-sha256", hash)]
    #expect(try Example.code(Example.signed("PUT", "/bucket/key", fields)) == code)
  }

  static let unsigned: [(fields: HeaderFields, payload: PayloadDeclaration)] = [
    (["x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER"], .unsignedChunks(trailer: true)),
    (["content-encoding": "aws-chunked", "x-amz-decoded-content-length": "3"], .unsignedChunks(trailer: false)),
    (
      ["content-encoding": "gzip, AWS-Chunked", "x-amz-trailer": "x-amz-checksum-sha1"], .unsignedChunks(trailer: true)
    ),
    (["content-encoding": "aws-chunked"], .unsigned),
    (["content-encoding": "gzip", "x-amz-decoded-content-length": "3"], .unsigned),
    ([:], .unsigned),
  ]

  @Test(arguments: unsigned)
  func framingIsSeenWithoutSignatureToo(fields: HeaderFields, payload: PayloadDeclaration) throws {
    let request = S3Request(method: "PUT", rawPath: Array("/bucket/key".utf8), fields: fields)
    #expect(try Example.outcome(request).get().payload == payload)
  }

  @Test func chunkSignaturesNeedVersion4() {
    let request = Example.request(
      "PUT", "/bucket/key", [("x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD")])
    #expect(Example.code(request) == .invalidRequest)
  }
}
