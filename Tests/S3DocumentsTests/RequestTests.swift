import HTTPSemantics
import S3Documents
import Testing

/// Documents as botocore and minio-py write them, and as they ought not to be.
@Suite struct RequestTests {
  private func code(_ work: () throws -> Void) -> String? {
    #expect(throws: S3Error.self, performing: work)?.code
  }

  @Test func deletionOfObjects() throws {
    let request = try DeleteRequest(
      [UInt8](
        "<Delete \(s3Namespace)><Object><Key>a&amp;b</Key><VersionId>null</VersionId><ETag>\"x\"</ETag>"
          + "<LastModifiedTime>Tue, 02 Jan 2024 03:04:05 GMT</LastModifiedTime><Size>5</Size></Object>"
          + "<Object><Key> c\n</Key><LastModifiedTime>2024-01-02T03:04:05Z</LastModifiedTime></Object>"
          + "<Quiet>true</Quiet></Delete>"))
    #expect(
      request.objects == [
        .init(key: try ObjectKey("a&b"), versionID: "null", etag: "x", lastModified: 1_704_164_645, size: 5),
        .init(key: try ObjectKey(" c\n"), lastModified: 1_704_164_645),
      ])
    #expect(request.isQuiet)
  }

  @Test func deletionNamesOneTo1000Objects() throws {
    func document(_ count: Int) -> [UInt8] {
      [UInt8]("<Delete>" + (0..<count).map { "<Object><Key>k\($0)</Key></Object>" }.joined() + "</Delete>")
    }
    #expect(try DeleteRequest(document(1000)).objects.count == 1000)
    #expect(code { _ = try DeleteRequest(document(1001)) } == "MalformedXML")
    #expect(code { _ = try DeleteRequest(document(0)) } == "MalformedXML")
  }

  @Test(arguments: [
    ("", "MissingRequestBodyError"),
    ("<Delete>", "MalformedXML"),
    ("<Remove><Object><Key>k</Key></Object></Remove>", "MalformedXML"),
    ("<Delete><Object/></Delete>", "MalformedXML"),
    ("<Delete><Object><Key>a</Key><Key>b</Key></Object></Delete>", "MalformedXML"),
    ("<Delete><Object><Key></Key></Object></Delete>", "InvalidArgument"),
    ("<Delete><Object><Key>a</Key><Size>-1</Size></Object></Delete>", "MalformedXML"),
    ("<Delete><Object><Key>a</Key><LastModifiedTime>now</LastModifiedTime></Object></Delete>", "MalformedXML"),
    ("<Delete><Object><Key>a</Key></Object><Quiet>maybe</Quiet></Delete>", "MalformedXML"),
    ("<!DOCTYPE Delete><Delete><Object><Key>a</Key></Object></Delete>", "MalformedXML"),
  ])
  func malformedDeletionsAreRefused(document: String, expected: String) {
    #expect(code { _ = try DeleteRequest([UInt8](document)) } == expected)
  }

  @Test func completionOfAnUpload() throws {
    let request = try CompleteMultipartUploadRequest(
      [UInt8](
        "<CompleteMultipartUpload \(s3Namespace)><Part><PartNumber>1</PartNumber><ETag>\"e\"</ETag>"
          + "<ChecksumCRC32>AAAAAA==</ChecksumCRC32></Part>"
          + "<Part><ETag>f</ETag><PartNumber>10000</PartNumber></Part></CompleteMultipartUpload>"))
    #expect(
      request.parts == [
        .init(number: 1, etag: "e", checksum: ObjectChecksum(algorithm: .crc32, value: "AAAAAA==")),
        .init(number: 10_000, etag: "f"),
      ])
  }

  @Test func completionWithoutABodyIsMalformed() {
    #expect(code { _ = try CompleteMultipartUploadRequest([]) } == "MalformedXML")
  }

  @Test func partThatWasSentAgainCountsOnce() throws {
    let part = "<Part><PartNumber>1</PartNumber><ETag>"
    let document = "<CompleteMultipartUpload>\(part)e</ETag></Part>\(part)f</ETag></Part></CompleteMultipartUpload>"
    #expect(try CompleteMultipartUploadRequest([UInt8](document)).parts == [.init(number: 1, etag: "f")])
  }

  @Test func completionOfTheLargestUpload() throws {
    let parts = (1...10_000).map { number in
      "<Part><PartNumber>\(number)</PartNumber><ETag>&quot;d41d8cd98f00b204e9800998ecf8427e&quot;</ETag>"
        + "<ChecksumSHA256>47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=</ChecksumSHA256></Part>"
    }
    let document = "<CompleteMultipartUpload>\(parts.joined())</CompleteMultipartUpload>"
    #expect(try CompleteMultipartUploadRequest([UInt8](document)).parts.count == 10_000)
  }

  @Test(arguments: [
    ("", "MalformedXML"),
    ("<Part><PartNumber>1</PartNumber></Part>", "MalformedXML"),
    ("<Part><ETag>e</ETag></Part>", "MalformedXML"),
    ("<Part><PartNumber>0</PartNumber><ETag>e</ETag></Part>", "InvalidArgument"),
    ("<Part><PartNumber>10001</PartNumber><ETag>e</ETag></Part>", "InvalidArgument"),
    ("<Part><PartNumber>x</PartNumber><ETag>e</ETag></Part>", "InvalidArgument"),
    ("<Part><PartNumber>1</PartNumber><ETag>e</ETag><ChecksumCRC32>AA</ChecksumCRC32></Part>", "InvalidArgument"),
    (
      "<Part><PartNumber>1</PartNumber><ETag>e</ETag><ChecksumCRC32>AAAAAA==</ChecksumCRC32>"
        + "<ChecksumCRC32C>AAAAAA==</ChecksumCRC32C></Part>", "InvalidArgument"
    ),
    (
      "<Part><PartNumber>2</PartNumber><ETag>e</ETag></Part><Part><PartNumber>1</PartNumber><ETag>e</ETag></Part>",
      "InvalidPartOrder"
    ),
    (
      "<Part><PartNumber>1</PartNumber><ETag>e</ETag></Part><Part><PartNumber>1</PartNumber><ETag>&quot;e&quot;</ETag></Part>",
      "InvalidPartOrder"
    ),
  ])
  func malformedCompletionsAreRefused(parts: String, expected: String) {
    let document = [UInt8]("<CompleteMultipartUpload>\(parts)</CompleteMultipartUpload>")
    #expect(code { _ = try CompleteMultipartUploadRequest(document) } == expected)
  }

  @Test func bucketsAreMadeWithOrWithoutADocument() throws {
    let empty = try CreateBucketConfiguration([])
    #expect(empty.location == nil && empty.tags == nil)
    let full = try CreateBucketConfiguration(
      [UInt8](
        "<CreateBucketConfiguration \(s3Namespace)><LocationConstraint>eu-west-1</LocationConstraint>"
          + "<Tags><Tag><Key>a</Key><Value>b</Value></Tag></Tags></CreateBucketConfiguration>"))
    #expect(full.location == "eu-west-1")
    #expect(full.tags?.tags == [Tag(key: "a", value: "b")])
    let blank = "<CreateBucketConfiguration><LocationConstraint/></CreateBucketConfiguration>"
    #expect(try CreateBucketConfiguration([UInt8](blank)).location == nil)
    #expect(code { _ = try CreateBucketConfiguration([UInt8]("x")) } == "MalformedXML")
  }

  @Test func versioningHasTwoStatuses() throws {
    func parse(_ content: String) throws -> VersioningConfiguration {
      try VersioningConfiguration(
        document: [UInt8]("<VersioningConfiguration \(s3Namespace)>\(content)</VersioningConfiguration>"))
    }
    #expect(try parse("<Status>Enabled</Status>") == .enabled)
    #expect(try parse("<Status>Suspended</Status><MfaDelete>Disabled</MfaDelete>") == .suspended)
    #expect(code { _ = try parse("<Status>On</Status>") } == "IllegalVersioningConfigurationException")
    #expect(code { _ = try parse("") } == "IllegalVersioningConfigurationException")
    #expect(code { _ = try parse("<Status>Enabled</Status><MfaDelete>Enabled</MfaDelete>") } == "NotImplemented")
  }

  @Test func publicAccessIsOffWhereNotNamed() throws {
    let document =
      "<PublicAccessBlockConfiguration \(s3Namespace)><BlockPublicAcls>true</BlockPublicAcls>"
      + "<IgnorePublicAcls>FALSE</IgnorePublicAcls></PublicAccessBlockConfiguration>"
    let block = try PublicAccessBlock(document: [UInt8](document))
    #expect(block == PublicAccessBlock(blocksPublicACLs: true))
  }

  @Test func ownershipHasOneRule() throws {
    #expect(try ObjectOwnership(document: ObjectOwnership.bucketOwnerEnforced.document) == .bucketOwnerEnforced)
    #expect(try ObjectOwnership(field: "ObjectWriter") == .objectWriter)
    #expect(code { _ = try ObjectOwnership(field: "Mine") } == "InvalidArgument")
    for rules in ["", "<Rule/>", "<Rule><ObjectOwnership>x</ObjectOwnership></Rule>"] {
      let document = [UInt8]("<OwnershipControls>\(rules)</OwnershipControls>")
      #expect(code { _ = try ObjectOwnership(document: document) } == "MalformedXML")
    }
  }

  @Test(
    arguments: [
      ([:], "InvalidRequest"),
      (["x-amz-object-attributes": " , "], "InvalidRequest"),
      (["x-amz-object-attributes": "etag"], "InvalidArgument"),
      (["x-amz-object-attributes": "ETag", "x-amz-part-number-marker": "-1"], "InvalidArgument"),
    ] as [(HeaderFields, String)])
  func malformedSelectionsAreRefused(headers: HeaderFields, expected: String) {
    #expect(code { _ = try GetObjectAttributesRequest(headers) } == expected)
  }

  @Test(arguments: [("many", 1000), ("", 1000), ("0", 1000), ("-1", 1000), ("7", 7), ("1001", 1000)])
  func boundOfPartsThatSaysNothingBoundsNothing(text: String, limit: Int) throws {
    let headers: HeaderFields = ["x-amz-object-attributes": "ETag", "x-amz-max-parts": text]
    #expect(try GetObjectAttributesRequest(headers).partLimit == limit)
  }

  @Test func documentsAreBounded() {
    let tags = String(repeating: "<Tag><Key>a</Key><Value>b</Value></Tag>", count: 5000)
    let document = [UInt8]("<Tagging><TagSet>\(tags)</TagSet></Tagging>")
    #expect(code { _ = try TagSet(document: document, limit: 10) } == "MaxMessageLengthExceeded")
  }
}
