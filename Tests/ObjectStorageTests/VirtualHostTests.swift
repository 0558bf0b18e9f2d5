import HTTPSemantics
import S3Documents
import Testing

@testable import ObjectStorage

@Suite struct VirtualHostTests {
  @Test(arguments: [
    ("bucket.s3.example", "bucket"), ("Bucket.S3.Example:9000", "bucket"), ("bucket.s3.example.", "bucket"),
    ("my.own.bucket.s3.example:80", "my.own.bucket"), ("s3.example", nil), ("s3.example:9000", nil),
    ("bucket.s3.example.org", nil), ("buckets3.example", nil), ("127.0.0.1:9000", nil), ("[::1]:9000", nil),
    ("localhost", nil), ("", nil),
  ])
  func hostBelowTheDomainNamesABucket(_ host: String, _ bucket: String?) {
    #expect(VirtualHost.bucket(host, domain: "s3.example") == bucket)
  }

  @Test(arguments: [
    ("bucket.host", "bucket"), ("BUCKET.host.example:9000", "bucket"), ("bucket.localhost.", "bucket"),
    ("bucket.1host", "bucket"), ("localhost:9000", nil), ("server", nil), ("server.", nil), ("127.0.0.1", nil),
    ("10.0.0.1:9000", nil), ("[fe80::1.2.3.4]:9000", nil), ("[::1]", nil), ("::1", nil), ("a.example", nil), ("", nil),
    ("under_score.example", nil),
  ])
  func firstLabelIsSuspectUnlessTheHostIsAnAddressOrASingleLabel(_ host: String, _ bucket: String?) {
    #expect(VirtualHost.suspect(host)?.text == bucket)
  }

  @Test(arguments: [
    ("/", S3Address.bucket("bucket")), ("/key", .object(bucket: "bucket", key: Array("key".utf8))),
    ("/folder/x%20y", .object(bucket: "bucket", key: Array("folder/x y".utf8))),
    ("//a/", .object(bucket: "bucket", key: Array("/a/".utf8))),
  ])
  func pathIsTheKey(_ path: String, _ address: S3Address) throws {
    #expect(try S3Address(rawPath: Array(path.utf8), hostBucket: "bucket") == address)
  }
}
