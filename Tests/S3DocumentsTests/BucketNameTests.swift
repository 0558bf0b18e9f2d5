import S3Documents
import Testing

@Suite struct BucketNameTests {
  @Test(arguments: [
    "abc", "photos1", "1photos", "my-bucket", "my.bucket.name", "a.b", "1.2.3.4.5", "256.1.2.abc", "1.2.3.0004",
    "a--b", "0-0", String(repeating: "a", count: 63), "xn-a", "images", "a.b-c.d",
  ])
  func namesThatS3Takes(text: String) throws {
    #expect(try BucketName(text).text == text)
  }

  @Test(arguments: [
    "", "a", "aa", String(repeating: "a", count: 64), "Photos", "foo_bar", "-abc", "abc-", ".abc", "abc.", "foo..bar",
    "foo.-bar", "foo-.bar", "192.168.5.123", "999.999.999.999", "1.2.3.4", "xn--abc", "sthree-abc",
    "amzn-s3-demo-bucket", "abc-s3alias", "abc--ol-s3", "abc.mrap", "abc--x-s3", "abc--table-s3", "a b", "a/b",
    "äbc", "abc\0", "..", "...", ".vitrine", "%2e",
  ])
  func namesThatS3Refuses(text: String) {
    #expect(throws: S3Error.invalidBucketName(text)) { try BucketName(text) }
  }
}
