import HTTPSemantics
import Testing

@testable import S3Authentication

/// The examples of "Authenticating Requests (AWS Signature Version 4)" in the Amazon S3 API Reference.
@Suite struct PublishedVersion4Tests {
  struct Vector: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var method = "GET"
    var target: String
    var fields: [(name: String, value: String)]
    var signedHeaders: String
    var signature: String

    var request: S3Request {
      let authorization =
        "AWS4-HMAC-SHA256 Credential=\(Example.accessKey)/20130524/us-east-1/s3/aws4_request,"
        + "SignedHeaders=\(signedHeaders),Signature=\(signature)"
      let common = [("host", "examplebucket.s3.amazonaws.com"), ("x-amz-date", "20130524T000000Z")]
      return Example.request(method, target, common + fields + [("authorization", authorization)])
    }
  }

  static let vectors = [
    Vector(
      testDescription: "GET object", target: "/test.txt",
      fields: [("range", "bytes=0-9"), ("x-amz-content-sha256", Example.emptyHash)],
      signedHeaders: "host;range;x-amz-content-sha256;x-amz-date",
      signature: "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"),
    Vector(
      testDescription: "PUT object", method: "PUT", target: "/test$file.text",
      fields: [
        ("date", "Fri, 24 May 2013 00:00:00 GMT"), ("x-amz-storage-class", "REDUCED_REDUNDANCY"),
        ("x-amz-content-sha256", "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072"),
      ],
      signedHeaders: "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
      signature: "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"),
    Vector(
      testDescription: "GET bucket lifecycle", target: "/?lifecycle",
      fields: [("x-amz-content-sha256", Example.emptyHash)],
      signedHeaders: "host;x-amz-content-sha256;x-amz-date",
      signature: "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"),
    Vector(
      testDescription: "list objects", target: "/?max-keys=2&prefix=J",
      fields: [("x-amz-content-sha256", Example.emptyHash)],
      signedHeaders: "host;x-amz-content-sha256;x-amz-date",
      signature: "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"),
  ]

  @Test(arguments: vectors) func headerExamplesAreAccepted(vector: Vector) throws {
    let outcome = try Example.outcome(vector.request).get()
    #expect(outcome.accessKey == Example.accessKey)
    guard case .authenticated(let request) = outcome else { return }
    #expect(request.scheme == .version4Header)
    #expect(request.region == "us-east-1")
  }

  @Test(arguments: vectors) func headerExamplesAreRefusedUnderAnotherKey(vector: Vector) {
    #expect(Example.code(vector.request, secret: { _ in Example.secretKey + "x" }) == .signatureDoesNotMatch)
    #expect(Example.code(vector.request, secret: { _ in nil }) == .invalidAccessKeyID)
  }

  @Test func theSignedPayloadIsTheDeclaredOne() throws {
    let outcome = try Example.outcome(Self.vectors[1].request).get()
    guard case .signed(let sha256) = outcome.payload else {
      Issue.record("no hash")
      return
    }
    #expect(sha256.first == 0x44 && sha256.last == 0x72)
  }

  static let presigned =
    "/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3"
    + "%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature="
    + "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"

  @Test func thePresignedExampleIsGoodForADay() throws {
    let request = Example.request("GET", Self.presigned, [("host", "examplebucket.s3.amazonaws.com")])
    guard case .authenticated(let authenticated) = try Example.outcome(request, now: Example.now + 86_399).get() else {
      Issue.record("anonymous")
      return
    }
    #expect(authenticated.scheme == .version4Query)
    #expect(authenticated.payload == .unsigned)
    #expect(Example.outcome(request, now: Example.now + 86_400).error?.message == "Request has expired")
  }

  @Test func thePresignedExampleIsMade() throws {
    let address = try S3Signer.presign(
      method: "GET", origin: "https://examplebucket.s3.amazonaws.com", path: "/test.txt",
      credentials: Example.credentials, expires: 86_400, now: Example.now)
    #expect(address == "https://examplebucket.s3.amazonaws.com" + Self.presigned)
  }
}

extension Result {
  var error: Failure? {
    if case .failure(let error) = self { error } else { nil }
  }
}
