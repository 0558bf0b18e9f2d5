import HTTPSemantics
import S3Documents
import Testing

@Suite struct FieldTests {
  private func refusal(_ work: () throws -> Void) -> String? {
    #expect(throws: S3Error.self, performing: work)?.code
  }

  @Test(
    arguments: [
      ("bkt/a/b.jpg", "bkt", "a/b.jpg", nil), ("/bkt/a", "bkt", "a", nil), ("bkt//a", "bkt", "/a", nil),
      ("bkt/a%20b%2B%C3%BC%3FversionId?versionId=null", "bkt", "a b+ü?versionId", "null"),
      ("bkt/a+b", "bkt", "a+b", nil), ("%2Fbkt%2Fa%2Fb", "bkt", "a/b", nil), ("bkt/a?", "bkt", "a", nil),
      ("bkt/ü", "bkt", "ü", nil), ("bkt/anyfilename%25.txt", "bkt", "anyfilename%.txt", nil),
      ("bkt/a?versionId=", "bkt", "a", ""),
    ] as [(String, String, String, String?)])
  func copySources(value: String, bucket: String, key: String, version: String?) throws {
    let source = try CopySource(value)
    #expect(source.bucket.text == bucket)
    #expect(source.key.text == key)
    #expect(source.versionID == version)
  }

  @Test(arguments: [
    ("", "InvalidArgument"), ("/", "InvalidArgument"), ("bkt", "InvalidArgument"), ("bkt/", "InvalidArgument"),
    ("/bkt/", "InvalidArgument"), ("bkt/a%2", "InvalidArgument"), ("bkt/a?version=1", "InvalidArgument"),
    ("B/a", "InvalidBucketName"), ("bkt/%FF", "InvalidURI"), ("//bkt/a", "InvalidBucketName"),
  ])
  func malformedCopySourcesAreRefused(value: String, code: String) {
    #expect(refusal { _ = try CopySource(value) } == code)
  }

  @Test func copySourceRanges() throws {
    let range = try CopySourceRange("bytes=2-4")
    #expect(range.bytes == 2...4)
    #expect(try range.resolved(size: 5) == 2..<5)
    #expect(throws: S3Error.invalidRange(requested: "bytes=2-4", size: 4)) { try range.resolved(size: 4) }
    let longest = try CopySourceRange("bytes=0-18446744073709551615")
    #expect(throws: S3Error.self) { try longest.resolved(size: .max) }
  }

  @Test(arguments: [
    "0-2", "bytes=0", "bytes=hello-world", "bytes=0-bar", "bytes=hello-", "bytes=0-2,3-5", "bytes=-5", "bytes=5-",
    "bytes=3-2", "bytes=0-18446744073709551616", "Bytes=0-1", "bytes= 0-1", "", "bytes=0--1",
  ])
  func rangesWithoutBothEndsAreRefused(value: String) {
    #expect(refusal { _ = try CopySourceRange(value) } == "InvalidArgument")
  }

  @Test func userMetadataAreSortedAndJoined() throws {
    let metadata = try UserMetadata([
      "X-Amz-Meta-Zeta": "1", "x-amz-meta-alpha": "é =?UTF-8?B?w6k=?=", "x-amz-meta-zeta": "2", "x-amz-meta-": "x",
      "x-amz-meta-empty": "", "Content-Type": "a/b",
    ])
    #expect(
      metadata.entries == [
        NameValuePair("alpha", "é =?UTF-8?B?w6k=?="), NameValuePair("empty", ""),
        NameValuePair("zeta", "1, 2"),
      ])
    var fields: HeaderFields = [:]
    metadata.apply(to: &fields)
    #expect(fields["x-amz-meta-zeta"] == "1, 2")
    #expect(fields.fields.count == 3)
    #expect(try UserMetadata([:]).entries.isEmpty)
  }

  @Test func userMetadataHaveAtMost2KiB() throws {
    #expect(try UserMetadata(["x-amz-meta-a": String(repeating: "v", count: 2047)]).entries.count == 1)
    #expect(throws: S3Error.metadataTooLarge(size: 2049, maximum: 2048)) {
      try UserMetadata(["x-amz-meta-a": String(repeating: "é", count: 1024)])
    }
  }

  @Test(
    arguments: [
      ("gzip", "gzip"), ("deflate, gzip", "deflate, gzip"), ("gzip, aws-chunked", "gzip"), ("aws-chunked,gzip", "gzip"),
      ("aws-chunked", nil), ("AWS-Chunked, aws-chunked", nil),
    ] as [(String, String?)])
  func codingOfTheRequestIsNotTheObjects(value: String, stored: String?) {
    #expect(ContentHeaders(["Content-Encoding": value]).fields["Content-Encoding"] == stored)
  }

  @Test func contentHeadersAreKept() {
    let headers = ContentHeaders([
      "cache-control": "no-cache", "Content-Type": "image/png", "content-length": "5", "Expires": "soon",
      "Content-Language": "", "X-Other": "x",
    ])
    #expect(headers.fields == ["Content-Type": "image/png", "Cache-Control": "no-cache", "Expires": "soon"])
    #expect(headers.type == "image/png")
    var fields: HeaderFields = ["Content-Type": "text/plain", "ETag": "e"]
    headers.apply(to: &fields)
    #expect(fields["Content-Type"] == "image/png")
    #expect(fields["Expires"] == "soon")
    var bare: HeaderFields = [:]
    ContentHeaders([:]).apply(to: &bare)
    #expect(bare == ["Content-Type": "binary/octet-stream"])
  }

  @Test func overridesReplaceFieldsOfTheAnswer() throws {
    let query = "response-content-type=foo%2Fbar&response-expires=bla&response-cache-control=no-cache&response-etag=x"
    let overrides = ResponseOverrides(try QueryParameters(parsing: Array(query.utf8)))
    var fields: HeaderFields = ["Content-Type": "a/b", "ETag": "e"]
    overrides.apply(to: &fields)
    #expect(
      fields == ["Content-Type": "foo/bar", "ETag": "e", "Cache-Control": "no-cache", "Expires": "bla"])
    #expect(!overrides.isEmpty)
    #expect(ResponseOverrides(QueryParameters()).isEmpty)
  }

  @Test func failedConditionsAreNamed() {
    #expect(WriteCondition(["if-match": "*"]).fieldNames == "If-Match")
    #expect(WriteCondition(["if-match": "*", "if-none-match": "*"]).fieldNames == "If-Match, If-None-Match")
  }

  @Test func multipartChecksumsAreAnnounced() throws {
    #expect(try MultipartChecksum([:]) == nil)
    let composite = try MultipartChecksum(["x-amz-checksum-algorithm": "sha256"])
    #expect(composite?.type == .composite)
    let full = try MultipartChecksum(["x-amz-checksum-algorithm": "CRC32", "x-amz-checksum-type": "FULL_OBJECT"])
    #expect(full?.algorithm == .crc32 && full?.type == .fullObject)
    for headers: HeaderFields in [
      ["x-amz-checksum-type": "COMPOSITE"], ["x-amz-checksum-algorithm": "MD5"],
      ["x-amz-checksum-algorithm": "SHA1", "x-amz-checksum-type": "FULL_OBJECT"],
      ["x-amz-checksum-algorithm": "CRC64NVME", "x-amz-checksum-type": "COMPOSITE"],
      ["x-amz-checksum-algorithm": "CRC32", "x-amz-checksum-type": "HALF"],
    ] {
      #expect(refusal { _ = try MultipartChecksum(headers) } == "InvalidRequest")
    }
  }

  @Test func copiesKeepOrReplace() throws {
    #expect(try CopyDirective.metadata([:]) == .copy)
    #expect(try CopyDirective.metadata(["x-amz-metadata-directive": "REPLACE"]) == .replace)
    #expect(try CopyDirective.tagging(["x-amz-tagging-directive": "COPY"]) == .copy)
    #expect(refusal { _ = try CopyDirective.tagging(["x-amz-tagging-directive": "replace"]) } == "InvalidArgument")
  }

  @Test func storageClassesThatDoNotExistAreRefused() throws {
    #expect(try StorageClass([:]) == nil)
    #expect(try StorageClass(["x-amz-storage-class": "STANDARD"]) == .standard)
    #expect(try StorageClass(["x-amz-storage-class": "REDUCED_REDUNDANCY"])?.stored == "REDUCED_REDUNDANCY")
    #expect(refusal { _ = try StorageClass(["x-amz-storage-class": "GLACIER"]) } == "InvalidStorageClass")
  }

  @Test func whatIsKeptOfAStorageClassIsReadAgain() {
    #expect(StorageClass(stored: nil) == .standard && StorageClass(stored: "GLACIER") == .standard)
    #expect(StorageClass(stored: StorageClass.reducedRedundancy.stored) == .reducedRedundancy)
    #expect(StorageClass.standard.stored == nil)
  }

  @Test(arguments: [
    ("plain", "plain"), ("=?UTF-8?Q?caf=C3=A9?=", "=?UTF-8?Q?caf=C3=A9?="), ("", ""), ("é", "=?UTF-8?B?w6k=?="),
    (String(repeating: "é", count: 23), "=?UTF-8?B?\(String(repeating: "w6nDqcOp", count: 7))w6k=?= =?UTF-8?B?w6k=?="),
  ])
  func metadataGoesOutAsEncodedWords(value: String, sent: String) {
    var fields: HeaderFields = [:]
    UserMetadata([NameValuePair("v", value)]).apply(to: &fields)
    #expect(fields["x-amz-meta-v"] == sent)
    #expect(sent.split(separator: " ").allSatisfy { $0.utf8.count <= 75 })
  }

  @Test(
    arguments: [
      ([:], nil), (["x-amz-meta-a": "b"], nil),
      (["X-Amz-Server-Side-Encryption": "AES256"], "x-amz-server-side-encryption"),
      (
        ["x-amz-copy-source-server-side-encryption-customer-key": "k"],
        "x-amz-copy-source-server-side-encryption-customer-key"
      ),
    ] as [(HeaderFields, String?)])
  func fieldsOfEncryptionAreFound(headers: HeaderFields, name: String?) {
    #expect(Encryption.field(in: headers) == name)
  }

  @Test func partNumbersAreOneTo10000() throws {
    #expect(try PartNumber.parse("1") == 1)
    #expect(try PartNumber.parse("10000") == 10_000)
    for text in ["0", "10001", "-1", "", "x", "1.0", "99999999999999999999"] {
      #expect(refusal { _ = try PartNumber.parse(text) } == "InvalidArgument")
    }
  }

  @Test func deletionsHaveConditions() throws {
    let key = try ObjectKey("k")
    let object = try DeleteRequest.Object(
      key: key, versionID: nil,
      headers: [
        "If-Match": "\"e\"", "x-amz-if-match-last-modified-time": "Thu, 01 Jan 2015 00:00:00 GMT",
        "x-amz-if-match-size": "9999",
      ])
    #expect(object == .init(key: key, etag: "e", lastModified: 1_420_070_400, size: 9999))
    #expect(
      refusal {
        _ = try DeleteRequest.Object(key: key, versionID: nil, headers: ["x-amz-if-match-size": "big"])
      } == "InvalidArgument")
  }
}
