import HTTPSemantics
import Testing

@testable import S3Authentication

/// The examples of "Signing and authenticating REST requests (AWS Signature Version 2)" in the Amazon S3 User Guide.
/// Their hosts name the bucket; here the path does, which gives the same canonical resource.
@Suite struct PublishedVersion2Tests {
  struct Vector: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var method = "GET"
    var target: String
    var fields: [(name: String, value: String)]
    var now: Int64
    var signature: String

    var request: S3Request {
      Example.request(method, target, fields + [("authorization", "AWS \(Example.accessKey):\(signature)")])
    }
  }

  static let vectors = [
    Vector(
      testDescription: "object GET", target: "/johnsmith/photos/puppy.jpg",
      fields: [("date", "Tue, 27 Mar 2007 19:36:42 +0000")], now: 1_175_024_202,
      signature: "bWq2s1WEIj+Ydj0vQ697zp+IXMU="),
    Vector(
      testDescription: "object PUT", method: "PUT", target: "/johnsmith/photos/puppy.jpg",
      fields: [
        ("content-type", "image/jpeg"), ("content-length", "94328"), ("date", "Tue, 27 Mar 2007 21:15:45 +0000"),
      ], now: 1_175_030_145, signature: "MyyxeRY7whkBe+bq8fHCL/2kKUg="),
    Vector(
      testDescription: "list", target: "/johnsmith/?prefix=photos&max-keys=50&marker=puppy",
      fields: [("user-agent", "Mozilla/5.0"), ("date", "Tue, 27 Mar 2007 19:42:41 +0000")], now: 1_175_024_561,
      signature: "htDYFYduRNen8P9ZfE/s9SuKy0U="),
    Vector(
      testDescription: "fetch", target: "/johnsmith/?acl", fields: [("date", "Tue, 27 Mar 2007 19:44:46 +0000")],
      now: 1_175_024_686, signature: "c2WLPFtWHVgbEmeEG93a4cG37dM="),
    Vector(
      testDescription: "upload", method: "PUT", target: "/static.johnsmith.net/db-backup.dat.gz",
      fields: [
        ("user-agent", "curl/7.15.5"), ("host", "static.johnsmith.net:8080"),
        ("date", "Tue, 27 Mar 2007 21:06:08 +0000"), ("x-amz-acl", "public-read"),
        ("content-type", "application/x-download"), ("content-md5", "4gJE4saaMU4BqNR0kLY+lw=="),
        ("X-Amz-Meta-ReviewedBy", "joe@johnsmith.net"), ("X-Amz-Meta-ReviewedBy", "jane@johnsmith.net"),
        ("X-Amz-Meta-FileChecksum", "0x02661779"), ("X-Amz-Meta-ChecksumAlgorithm", "crc32"),
        ("content-disposition", "attachment; filename=database.dat"), ("content-encoding", "gzip"),
      ], now: 1_175_029_568, signature: "ilyl83RwaSoYIEdixDQcA4OnAnc="),
    Vector(
      testDescription: "list all my buckets", target: "/", fields: [("date", "Wed, 28 Mar 2007 01:29:59 +0000")],
      now: 1_175_045_399, signature: "qGdzdERIC03wnaRNKh6OqZehG9s="),
    Vector(
      testDescription: "Unicode keys", target: "/dictionary/fran%C3%A7ais/pr%c3%a9f%c3%a8re",
      fields: [("date", "Wed, 28 Mar 2007 01:49:49 +0000")], now: 1_175_046_589,
      signature: "DNEZGsoieTZ92F3bUfSPQcbGmlM="),
  ]

  @Test(arguments: vectors) func headerExamplesAreAccepted(vector: Vector) throws {
    let outcome = try Example.outcome(vector.request, now: vector.now).get()
    #expect(outcome.accessKey == Example.accessKey)
    #expect(outcome.payload == .unsigned)
    #expect(Example.code(vector.request, now: vector.now, secret: { _ in "another" }) == .signatureDoesNotMatch)
    #expect(Example.code(vector.request, now: vector.now + 901) == .requestTimeTooSkewed)
    #expect(Example.code(vector.request, now: vector.now - 901) == .requestTimeTooSkewed)
  }

  static let presigned =
    "/johnsmith/photos/puppy.jpg?AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Signature=NpgCjnDzrM%2BWFzoENXmpNDUsSn8%3D"
    + "&Expires=1175139620"

  @Test func thePresignedExampleIsGoodUntilItExpires() throws {
    let request = Example.request("GET", Self.presigned, [("host", "johnsmith.s3.amazonaws.com")])
    guard case .authenticated(let authenticated) = try Example.outcome(request, now: 1_175_139_619).get() else {
      Issue.record("anonymous")
      return
    }
    #expect(authenticated.scheme == .version2Query)
    #expect(Example.outcome(request, now: 1_175_139_620).error?.message == "Request has expired")
    #expect(Example.code(request, now: 1, secret: { _ in "another" }) == .signatureDoesNotMatch)
  }

  /// boto3 signs `/bucket/` and sends `/bucket`.
  @Test func aSlashAfterTheBucketDoesNotCount() {
    let signature = SignatureVersion2.sign("GET\n\n\n9\n/bucket/?acl", secret: Example.secretKey)
    let query =
      "acl&AWSAccessKeyId=\(Example.accessKey)&Expires=9&Signature="
      + PercentEncoding.encodeQueryComponent(signature).split(separator: "+").joined(separator: "%2B")
    for (path, code) in [
      ("/bucket", nil), ("/bucket/", nil), ("/bucket/k", S3AuthenticationError.Code.signatureDoesNotMatch),
      ("/bucket//", .signatureDoesNotMatch), ("/", .signatureDoesNotMatch),
    ] {
      #expect(Example.code(Example.request("GET", "\(path)?\(query)", []), now: 1) == code)
    }
  }
}
