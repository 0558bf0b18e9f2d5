import BlobEngine
import Testing

@Suite struct EndpointTests {
  @Test(arguments: [
    ("https://s3.example.org/bucket", "bucket", "", "https://s3.example.org/bucket"),
    ("http://10.0.0.1:8333/bucket/", "bucket", "", "http://10.0.0.1:8333/bucket"),
    ("http://[::1]:8333/b/one/two", "b", "one/two/", "http://[::1]:8333/b/one/two"),
    ("https://h:443/b/one/", "b", "one/", "https://h/b/one"),
  ])
  func addressHasABucketAndAPrefix(text: String, bucket: String, prefix: String, shown: String) throws {
    let endpoint = try #require(EngineEndpoint(text))
    #expect(endpoint.bucket == bucket && endpoint.prefix == prefix && endpoint.description == shown)
  }

  @Test(arguments: [
    "", "bucket", "https://host", "https://host/", "https://host//b", "https://host/b//c", "https://host/b/../c",
    "https://host/b/%20", "https://host/b?x=1", "https://host/b#x", "https://user:pass@host/b", "ftp://host/b",
    "https://host:0/b", "https://host/b/c d", "https:///b",
  ])
  func whatIsNoAddressIsRefused(text: String) {
    #expect(EngineEndpoint(text) == nil)
  }
}
