import HTTPSemantics
import S3Documents
import Testing

@testable import ObjectStorage

@Suite struct VirtualHostTests {
  @Test(arguments: [
    ("bucket.s3.example", "bucket"), ("Bucket.S3.Example:9000", "bucket"), ("bucket.s3.example.", "bucket"),
    ("my.own.bucket.s3.example:80", "my.own.bucket"), ("s3.example", nil), ("s3.example:9000", nil),
    ("bucket.s3.example.org", nil), ("buckets3.example", nil), ("127.0.0.1:9000", nil), ("[::1]:9000", nil),
    ("localhost", nil),
  ])
  func hostBelowTheDomainNamesABucket(_ host: String, _ bucket: String?) throws {
    #expect(VirtualHost.bucket(try #require(HostName(host)), domain: "s3.example") == bucket)
  }

  private static let suspects: [(String, [String])] = [
    ("bucket.host", ["bucket", "bucket.host"]), ("BUCKET.host:9000", ["bucket", "bucket.host"]),
    ("my.bucket.s3.example.", ["my.bucket", "my.bucket.s3", "my.bucket.s3.example"]),
    ("bucket.1host", ["bucket", "bucket.1host"]), ("localhost:9000", []), ("server", []), ("server.", []),
    ("127.0.0.1", []), ("10.0.0.1:9000", []), ("[fe80::1.2.3.4]:9000", []), ("[::1]", []),
    ("a.example", ["a.example"]), ("under_score.example", []),
  ]

  @Test(arguments: suspects)
  func everyBeginningOfWholeLabelsIsSuspectUnlessTheHostIsAnAddressOrASingleLabel(
    _ host: String, _ buckets: [String]
  ) throws {
    #expect(VirtualHost.suspects(try #require(HostName(host))).map(\.text) == buckets)
  }

  private static let fields: [(String, String?)] = [
    ("s3.example", "s3.example"), ("S3.Example.:80", "s3.example"), ("s3.example:", "s3.example"),
    ("[::1]:9000", "[::1]"), ("[FE80::1.2.3.4]", "[fe80::1.2.3.4]"), ("10.0.0.1:9000", "10.0.0.1"),
    ("under_score", "under_score"), ("s3.example:1:2", nil), ("s3.example:9000:", nil), ("s3.example:x", nil),
    ("s3.example:+1", nil), ("s3.example@x", nil), ("x@s3.example", nil), ("s3.example%2e", nil), ("[s3.example]", nil),
    ("s3.example]", nil), ("[s3.example", nil), ("[::1", nil), ("[::1]9000", nil), ("[::1]]", nil), ("::1", nil),
    ("s3..example", nil), (".s3.example", nil), ("s3.example..", nil), ("s3 .example", nil), ("s3.example,x", nil),
    ("s3.example/x", nil), ("b\u{FC}cher.example", nil), (":80", nil), ("", nil), (".", nil),
  ]

  @Test(arguments: fields)
  func hostIsANameOrAnAddressWithAnOptionalPort(_ field: String, _ text: String?) {
    #expect(HostName(field)?.text == text)
  }

  @Test func noNameIsLongerThanThatOfABucket() throws {
    let host = try #require(HostName(String(repeating: "long.", count: 40) + "example"))
    #expect(VirtualHost.suspects(host).map(\.text.utf8.count) == Array(stride(from: 4, through: 59, by: 5)))
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
