import HTTPSemantics
@testable import S3Documents
import Testing

/// What every answer holds, byte by byte. botocore and minio-py read these very documents.
@Suite struct ResponseTests {
  private let owner = Owner(id: "OWNER", displayName: "Ann & Bob")
  private let ownerXML = "<Owner><ID>OWNER</ID><DisplayName>Ann &amp; Bob</DisplayName></Owner>"

  private func query(_ text: String) -> QueryParameters {
    try! QueryParameters(parsing: Array(text.utf8))
  }

  private func bucket() -> BucketName { try! BucketName("bkt") }

  private func object(_ key: String) -> ObjectSummary {
    ObjectSummary(
      key: try! ObjectKey(key), lastModified: 1_737_727_200, etag: "0cc1", size: 3, owner: owner,
      checksumAlgorithm: .crc32, checksumType: .fullObject)
  }

  private func metadata(owner: String) -> String {
    "<LastModified>2025-01-24T14:00:00.000Z</LastModified><ETag>&quot;0cc1&quot;</ETag>"
      + "<ChecksumAlgorithm>CRC32</ChecksumAlgorithm><ChecksumType>FULL_OBJECT</ChecksumType>"
      + "<Size>3</Size>\(owner)<StorageClass>STANDARD</StorageClass>"
  }

  private func document(_ root: String, _ content: String) -> String {
    "\(declaration)<\(root) \(s3Namespace)>\(content)</\(root)>"
  }

  @Test func objectsOfTheFirstVersion() throws {
    let result = ListBucketResult(
      bucket: bucket(), request: try ListObjectsRequest(query("delimiter=/&max-keys=2&marker=a")),
      page: ListingPage(entries: [object("b <")], commonPrefixes: ["c/"], isTruncated: true, lastItem: "c/"))
    #expect(
      result.document.text
        == document(
          "ListBucketResult",
          "<Name>bkt</Name><Prefix></Prefix><Marker>a</Marker><NextMarker>c/</NextMarker><MaxKeys>2</MaxKeys>"
            + "<Delimiter>/</Delimiter><IsTruncated>true</IsTruncated>"
            + "<Contents><Key>b &lt;</Key>\(metadata(owner: ownerXML))</Contents>"
            + "<CommonPrefixes><Prefix>c/</Prefix></CommonPrefixes>"))
  }

  @Test func keysAreEncodedWhereTheClientAsksForIt() throws {
    let parameters = "encoding-type=url&prefix=p%2B+%0A&delimiter=%2F%25&marker=m%20&max-keys=1"
    let result = ListBucketResult(
      bucket: bucket(), request: try ListObjectsRequest(query(parameters)),
      page: ListingPage(
        entries: [object("p+ \n\u{1}é~*'")], commonPrefixes: ["quux ab/%"], isTruncated: true, lastItem: "quux ab/%"))
    #expect(
      result.document.text
        == document(
          "ListBucketResult",
          "<Name>bkt</Name><Prefix>p+ &#10;</Prefix><Marker>m%20</Marker><NextMarker>quux%20ab/%25</NextMarker>"
            + "<MaxKeys>1</MaxKeys><Delimiter>/%25</Delimiter><EncodingType>url</EncodingType>"
            + "<IsTruncated>true</IsTruncated>"
            + "<Contents><Key>p%2B%20%0A%01%C3%A9~%2A%27</Key>\(metadata(owner: ownerXML))</Contents>"
            + "<CommonPrefixes><Prefix>quux%20ab/%25</Prefix></CommonPrefixes>"))
  }

  @Test(arguments: ["a\u{1}", "a\u{FFFE}"]) func keysThatXMLCannotHoldAreEncodedUnasked(key: String) throws {
    let list = { (keys: [String]) throws -> String in
      ListBucketV2Result(
        bucket: bucket(), request: try ListObjectsV2Request(query("list-type=2")),
        page: ListingPage(entries: keys.map { object($0) })
      ).document.text
    }
    let plain = try list(["a%01", "a\u{FFFD}"])
    #expect(plain.contains("<Key>a%01</Key>") && plain.contains("<Key>a\u{FFFD}</Key>"))
    #expect(!plain.contains("EncodingType"))
    let encoded = try list(["a%01", "a\u{FFFD}", key])
    #expect(encoded.contains("<Key>a%2501</Key>") && encoded.contains("<Key>a%EF%BF%BD</Key>"))
    #expect(encoded.contains("<EncodingType>url</EncodingType>") && !encoded.contains("\u{FFFD}"))
  }

  @Test func objectsOfTheSecondVersion() throws {
    let first = ListBucketV2Result(
      bucket: bucket(), request: try ListObjectsV2Request(query("list-type=2&start-after=a&max-keys=1")),
      page: ListingPage(entries: [object("b")], isTruncated: true, lastItem: "b"))
    #expect(
      first.document.text
        == document(
          "ListBucketResult",
          "<Name>bkt</Name><Prefix></Prefix><StartAfter>a</StartAfter>"
            + "<NextContinuationToken>62</NextContinuationToken><KeyCount>1</KeyCount><MaxKeys>1</MaxKeys>"
            + "<IsTruncated>true</IsTruncated><Contents><Key>b</Key>\(metadata(owner: ""))</Contents>"))
    let last = ListBucketV2Result(
      bucket: bucket(),
      request: try ListObjectsV2Request(query("list-type=2&continuation-token=62&fetch-owner=true")),
      page: ListingPage(entries: [object("c")], commonPrefixes: ["d/"], lastItem: "d/"))
    #expect(
      last.document.text
        == document(
          "ListBucketResult",
          "<Name>bkt</Name><Prefix></Prefix><ContinuationToken>62</ContinuationToken><KeyCount>2</KeyCount>"
            + "<MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated>"
            + "<Contents><Key>c</Key>\(metadata(owner: ownerXML))</Contents>"
            + "<CommonPrefixes><Prefix>d/</Prefix></CommonPrefixes>"))
  }

  @Test func tokenOfOnePageBeginsTheNext() throws {
    let page = ListingPage(entries: [object("é/\u{1F600}")], isTruncated: true, lastItem: "é/\u{1F600}")
    let result = ListBucketV2Result(bucket: bucket(), request: try ListObjectsV2Request(query("")), page: page)
    let token = try #require(try XMLParser.parse(result.document).first("NextContinuationToken")?.text)
    let next = try ListObjectsV2Request(query("continuation-token=\(token)"))
    #expect(next.collator(of: Int.self).start == [UInt8]("é/\u{1F600}\0"))
  }

  @Test func versions() throws {
    let result = ListVersionsResult(
      bucket: bucket(), request: try ListVersionsRequest(query("versions&key-marker=a&max-keys=1")),
      page: ListingPage(entries: [object("b")], isTruncated: true, lastItem: "b"))
    #expect(
      result.document.text
        == document(
          "ListVersionsResult",
          "<Name>bkt</Name><Prefix></Prefix><KeyMarker>a</KeyMarker><VersionIdMarker></VersionIdMarker>"
            + "<NextKeyMarker>b</NextKeyMarker><NextVersionIdMarker>null</NextVersionIdMarker><MaxKeys>1</MaxKeys>"
            + "<IsTruncated>true</IsTruncated><Version><Key>b</Key><VersionId>null</VersionId>"
            + "<IsLatest>true</IsLatest>\(metadata(owner: ownerXML))</Version>"))
    let rolledUp = ListVersionsResult(
      bucket: bucket(), request: try ListVersionsRequest(query("versions&delimiter=/")),
      page: ListingPage(entries: [object("b")], commonPrefixes: ["c/"], isTruncated: true, lastItem: "c/"))
    #expect(rolledUp.document.text.contains("<NextKeyMarker>c/</NextKeyMarker><MaxKeys>"))
  }

  private func upload(_ key: String) -> UploadSummary {
    UploadSummary(
      key: try! ObjectKey(key), uploadID: "U1", initiator: owner, initiated: 0, checksumAlgorithm: .sha256,
      checksumType: .composite)
  }

  @Test func uploads() throws {
    let result = ListMultipartUploadsResult(
      bucket: bucket(), request: try ListUploadsRequest(query("uploads&max-uploads=1&prefix=k")),
      page: ListingPage(entries: [upload("k")], isTruncated: true, lastItem: "k"))
    #expect(
      result.document.text
        == document(
          "ListMultipartUploadsResult",
          "<Bucket>bkt</Bucket><KeyMarker></KeyMarker><UploadIdMarker></UploadIdMarker>"
            + "<NextKeyMarker>k</NextKeyMarker><NextUploadIdMarker>U1</NextUploadIdMarker><Prefix>k</Prefix>"
            + "<MaxUploads>1</MaxUploads><IsTruncated>true</IsTruncated><Upload><Key>k</Key><UploadId>U1</UploadId>"
            + "<Initiator><ID>OWNER</ID><DisplayName>Ann &amp; Bob</DisplayName></Initiator>\(ownerXML)"
            + "<StorageClass>STANDARD</StorageClass><Initiated>1970-01-01T00:00:00.000Z</Initiated>"
            + "<ChecksumAlgorithm>SHA256</ChecksumAlgorithm><ChecksumType>COMPOSITE</ChecksumType></Upload>"))
  }

  @Test func parts() throws {
    let part = PartSummary(
      number: 4, lastModified: 0, etag: "e", size: 5_242_880,
      checksum: ObjectChecksum(algorithm: .sha256, value: "x="))
    let result = ListPartsResult(
      bucket: bucket(), upload: upload("k"), request: try ListPartsRequest(query("part-number-marker=3&max-parts=1")),
      parts: [part], isTruncated: true)
    #expect(
      result.document.text
        == document(
          "ListPartsResult",
          "<Bucket>bkt</Bucket><Key>k</Key><UploadId>U1</UploadId>"
            + "<Initiator><ID>OWNER</ID><DisplayName>Ann &amp; Bob</DisplayName></Initiator>\(ownerXML)"
            + "<StorageClass>STANDARD</StorageClass><PartNumberMarker>3</PartNumberMarker>"
            + "<NextPartNumberMarker>4</NextPartNumberMarker><MaxParts>1</MaxParts><IsTruncated>true</IsTruncated>"
            + "<ChecksumAlgorithm>SHA256</ChecksumAlgorithm><ChecksumType>COMPOSITE</ChecksumType>"
            + "<Part><PartNumber>4</PartNumber><LastModified>1970-01-01T00:00:00.000Z</LastModified>"
            + "<ETag>&quot;e&quot;</ETag><Size>5242880</Size><ChecksumSHA256>x=</ChecksumSHA256></Part>"))
  }

  @Test func buckets() throws {
    let result = ListAllMyBucketsResult(
      owner: owner, region: "eu-west-1", request: try ListBucketsRequest(query("max-buckets=1&prefix=b")),
      page: ListingPage(entries: [BucketSummary(name: bucket(), created: 0)], isTruncated: true, lastItem: "bkt"))
    #expect(
      result.document.text
        == document(
          "ListAllMyBucketsResult",
          "\(ownerXML)<Buckets><Bucket><Name>bkt</Name><CreationDate>1970-01-01T00:00:00.000Z</CreationDate>"
            + "<BucketRegion>eu-west-1</BucketRegion></Bucket></Buckets>"
            + "<ContinuationToken>626b74</ContinuationToken><Prefix>b</Prefix>"))
  }

  @Test func locations() {
    #expect(LocationConstraint.document(region: "us-east-1").text == document("LocationConstraint", ""))
    #expect(LocationConstraint.document(region: "eu-west-1").text == document("LocationConstraint", "eu-west-1"))
  }

  @Test func copies() {
    let copy = CopyResult(
      lastModified: 0, etag: "e",
      checksum: ObjectChecksum(algorithm: .crc64nvme, value: "AAAAAAAAAAA=", type: .fullObject))
    let content =
      "<LastModified>1970-01-01T00:00:00.000Z</LastModified><ETag>&quot;e&quot;</ETag>"
      + "<ChecksumCRC64NVME>AAAAAAAAAAA=</ChecksumCRC64NVME><ChecksumType>FULL_OBJECT</ChecksumType>"
    #expect(copy.objectDocument.text == document("CopyObjectResult", content))
    #expect(copy.partDocument.text == document("CopyPartResult", content))
  }

  @Test func multipartUploadsBeginAndEnd() throws {
    let key = try ObjectKey("a&b")
    #expect(
      InitiateMultipartUploadResult.document(bucket: bucket(), key: key, uploadID: "U").text
        == document(
          "InitiateMultipartUploadResult", "<Bucket>bkt</Bucket><Key>a&amp;b</Key><UploadId>U</UploadId>"))
    let done = CompleteMultipartUploadResult(
      location: "http://h/bkt/a%26b", bucket: bucket(), key: key, etag: "e-2",
      checksum: ObjectChecksum(algorithm: .crc32, value: "AAAAAA==-2", type: .composite))
    #expect(
      done.document.text
        == document(
          "CompleteMultipartUploadResult",
          "<Location>http://h/bkt/a%26b</Location><Bucket>bkt</Bucket><Key>a&amp;b</Key>"
            + "<ETag>&quot;e-2&quot;</ETag><ChecksumCRC32>AAAAAA==-2</ChecksumCRC32>"
            + "<ChecksumType>COMPOSITE</ChecksumType>"))
  }

  @Test func formUploads() throws {
    #expect(
      PostResponse.document(location: "http://h/bkt/k", bucket: bucket(), key: try ObjectKey("k"), etag: "e").text
        == declaration + "<PostResponse><Location>http://h/bkt/k</Location><Bucket>bkt</Bucket><Key>k</Key>"
        + "<ETag>&quot;e&quot;</ETag></PostResponse>")
  }

  @Test func deletions() throws {
    var result = DeleteResult()
    result.append(.init(key: try ObjectKey("a"), versionID: "null"), .deleted)
    result.append(.init(key: try ObjectKey("b")), .failed(.accessDenied()))
    let error = "<Error><Key>b</Key><Code>AccessDenied</Code><Message>Access Denied.</Message></Error>"
    #expect(
      result.document(isQuiet: false).text
        == document("DeleteResult", "<Deleted><Key>a</Key><VersionId>null</VersionId></Deleted>\(error)"))
    #expect(result.document(isQuiet: true).text == document("DeleteResult", error))
  }

  @Test func attributesAreThoseAskedFor() throws {
    let checksum = ObjectChecksum(algorithm: .sha1, value: "x", type: .composite)
    let part = PartSummary(number: 4, lastModified: 0, etag: "p", size: 9)
    let parts = GetObjectAttributesResponse.Parts(count: 6, parts: [part], isTruncated: true)
    let all = try GetObjectAttributesRequest([
      "x-amz-object-attributes": "ETag,Checksum, ObjectParts", "X-Amz-Object-Attributes": "StorageClass,ObjectSize",
      "x-amz-max-parts": "1", "x-amz-part-number-marker": "3",
    ])
    #expect(
      GetObjectAttributesResponse(request: all, etag: "e", size: 54, checksum: checksum, parts: parts).document.text
        == document(
          "GetObjectAttributesResponse",
          "<ETag>e</ETag><Checksum><ChecksumSHA1>x</ChecksumSHA1><ChecksumType>COMPOSITE</ChecksumType></Checksum>"
            + "<ObjectParts><PartsCount>6</PartsCount><PartNumberMarker>3</PartNumberMarker>"
            + "<NextPartNumberMarker>4</NextPartNumberMarker><MaxParts>1</MaxParts><IsTruncated>true</IsTruncated>"
            + "<Part><PartNumber>4</PartNumber><Size>9</Size></Part></ObjectParts>"
            + "<StorageClass>STANDARD</StorageClass><ObjectSize>54</ObjectSize>"))
    let size = try GetObjectAttributesRequest(["x-amz-object-attributes": "ObjectSize"])
    #expect(
      GetObjectAttributesResponse(request: size, etag: "e", size: 54, checksum: checksum, parts: parts).document.text
        == document("GetObjectAttributesResponse", "<ObjectSize>54</ObjectSize>"))
  }

  @Test func settingsOfABucket() {
    #expect(VersioningConfiguration.document(nil).text == document("VersioningConfiguration", ""))
    #expect(
      VersioningConfiguration.document(.suspended).text
        == document("VersioningConfiguration", "<Status>Suspended</Status>"))
    #expect(PolicyStatus.document(isPublic: true).text == document("PolicyStatus", "<IsPublic>true</IsPublic>"))
    #expect(
      ObjectOwnership.objectWriter.document.text
        == document("OwnershipControls", "<Rule><ObjectOwnership>ObjectWriter</ObjectOwnership></Rule>"))
  }
}
