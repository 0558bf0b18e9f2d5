import HTTPSemantics
import S3Documents
import Testing

@Suite struct ListingRequestTests {
  private func query(_ text: String) -> QueryParameters {
    try! QueryParameters(parsing: Array(text.utf8))
  }

  @Test func parametersAreDecodedAndHaveDefaults() throws {
    let request = try ListObjectsRequest(query("prefix=a%2Fb+c&delimiter=%2F&marker=m&max-keys=7&encoding-type=url"))
    #expect(request.scope.prefix == "a/b c")
    #expect(request.scope.delimiter == "/")
    #expect(request.scope.limit == 7)
    #expect(request.scope.encoding == .url)
    #expect(request.marker == "m")

    let plain = try ListObjectsRequest(query(""))
    #expect(plain.scope.prefix == "")
    #expect(plain.scope.delimiter == "")
    #expect(plain.scope.limit == 1000)
    #expect(plain.scope.encoding == nil)
    #expect(plain.marker == "")
  }

  @Test(arguments: [("0", 0), ("1", 1), ("1000", 1000), ("1001", 1000), ("2147483647", 1000), ("", 1000)])
  func limitsAreClamped(text: String, limit: Int) throws {
    #expect(try ListObjectsRequest(query("max-keys=\(text)")).scope.limit == limit)
  }

  @Test(arguments: ["blah", "-1", "+1", "1.0", "2147483648", "99999999999999999999999", "0x10", " 1"])
  func limitsThatAreNoNumbersAreRefused(text: String) {
    #expect(throws: S3Error.self) {
      try ListObjectsRequest(query("max-keys=\(PercentEncoding.encodeQueryComponent(text))"))
    }
  }

  @Test(arguments: ["encoding-type=base64", "prefix=%FF", "delimiter=%C3", "marker=%80"])
  func wrongParametersAreInvalidArguments(text: String) {
    let error = #expect(throws: S3Error.self) { try ListObjectsRequest(query(text)) }
    #expect(error?.code == "InvalidArgument")
  }

  @Test func tokenGoesBeforeStartAfter() throws {
    let request = try ListObjectsV2Request(query("continuation-token=622f&start-after=zzz&fetch-owner=true"))
    #expect(request.collator(of: Int.self).start?.text == "b/\0")
    #expect(request.fetchesOwner)
    #expect(request.continuationToken == "622f")
    let first = try ListObjectsV2Request(query("continuation-token=&start-after=b"))
    #expect(first.collator(of: Int.self).start?.text == "b\0")
    #expect(first.continuationToken == "")
  }

  @Test(arguments: ["x", "6", "6g", "ff", "c3"])
  func tokensThatWereNotGivenOutAreRefused(token: String) {
    let error = #expect(throws: S3Error.self) { try ListObjectsV2Request(query("continuation-token=\(token)")) }
    #expect(error?.code == "InvalidArgument")
  }

  @Test func versionMarkerNeedsAKeyMarker() throws {
    #expect(throws: S3Error.self) { try ListVersionsRequest(query("version-id-marker=null")) }
    #expect(try ListVersionsRequest(query("version-id-marker=")).versionIDMarker == "")
    let request = try ListVersionsRequest(query("key-marker=k&version-id-marker=null&max-keys=2"))
    #expect(request.collator(of: Int.self).start?.text == "k\0")
  }

  @Test func uploadMarkerIsWithinItsKey() throws {
    let within = try ListUploadsRequest(query("key-marker=k&upload-id-marker=u&max-uploads=3"))
    #expect(within.collator(of: Int.self).start?.text == "k")
    #expect(within.uploadIDMarker == "u")
    #expect(within.scope.limit == 3)
    #expect(try ListUploadsRequest(query("key-marker=k")).collator(of: Int.self).start?.text == "k\0")
    #expect(try ListUploadsRequest(query("upload-id-marker=u")).uploadIDMarker == "")
  }

  @Test func partsAreCountedFromAMarker() throws {
    let request = try ListPartsRequest(query("uploadId=x&part-number-marker=3&max-parts=2"))
    #expect(request.marker == 3)
    #expect(request.limit == 2)
    #expect(try ListPartsRequest(query("uploadId=x")).marker == 0)
    #expect(throws: S3Error.self) { try ListPartsRequest(query("part-number-marker=x")) }
  }

  @Test func bucketsHaveTheirOwnLimit() throws {
    #expect(try ListBucketsRequest(query("")).limit == 10_000)
    #expect(try ListBucketsRequest(query("max-buckets=1&prefix=p")).prefix == "p")
    #expect(throws: S3Error.self) { try ListBucketsRequest(query("max-buckets=0")) }
  }
}
