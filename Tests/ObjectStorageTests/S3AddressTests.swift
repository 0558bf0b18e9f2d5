import S3Documents
import Testing

@testable import ObjectStorage

@Suite struct S3AddressTests {
  @Test(arguments: [
    ("/", S3Address.service),
    ("/bucket", .bucket("bucket")),
    ("/bucket/", .bucket("bucket")),
    ("/bucket/a/b.txt", .object(bucket: "bucket", key: Array("a/b.txt".utf8))),
    ("/bucket//a/../b/", .object(bucket: "bucket", key: Array("/a/../b/".utf8))),
    ("/bucket/a%2Fb%20c+d", .object(bucket: "bucket", key: Array("a/b c+d".utf8))),
    ("/bucket/%252e", .object(bucket: "bucket", key: Array("%2e".utf8))),
  ])
  func pathIsDecodedOnceAndNeverNormalised(_ path: String, _ address: S3Address) throws {
    #expect(try S3Address(rawPath: Array(path.utf8)) == address)
  }

  @Test(arguments: ["/bucket/%zz", "/bucket/%ff", "/bucket/a%00b"])
  func whatIsNoTextIsRefused(_ path: String) {
    #expect { try S3Address(rawPath: Array(path.utf8)) } throws: { ($0 as? S3Error)?.code == "InvalidURI" }
  }

  @Test func keyHas1024BytesAtTheMost() throws {
    let longest = "/b/" + String(repeating: "k", count: 1_024)
    #expect(try S3Address(rawPath: Array(longest.utf8)).key?.count == 1_024)
    #expect { try S3Address(rawPath: Array((longest + "k").utf8)) } throws: {
      ($0 as? S3Error)?.code == "KeyTooLongError"
    }
  }
}
