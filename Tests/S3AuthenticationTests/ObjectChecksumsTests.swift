import Digests
import HTTPSemantics
import S3Documents
import Testing

@testable import S3Authentication

@Suite struct ObjectChecksumsTests {
  static let message = Array("hello world".utf8)

  /// Computed with awscrt and hashlib.
  static let vectors: [(algorithm: ChecksumAlgorithm, value: String)] = [
    (.crc32, "DUoRhQ=="), (.crc32c, "yZRlqg=="), (.crc64nvme, "jSnVw/bqjr4="),
    (.sha1, "Kq5sNclPz7QV2+lfQIuc6R7oRu0="), (.sha256, "uU0nuZNNPgilLlLX2n2r+sSE7+N6U4DukIj3rOLvzek="),
  ]

  static func digests(_ algorithms: Set<ChecksumAlgorithm> = Set(ChecksumAlgorithm.allCases)) -> ObjectDigests {
    var checksums = ObjectChecksums(algorithms)
    checksums.update(message.span)
    return checksums.finalize()
  }

  @Test(arguments: vectors) func clientsComputeTheSame(algorithm: ChecksumAlgorithm, value: String) throws {
    let digests = Self.digests([algorithm])
    #expect(digests.encoded(algorithm) == value)
    #expect(digests.checksums.count == 1)
    #expect(digests.checksums[algorithm]?.count == algorithm.length)
    #expect(digests.md5.map { Hexadecimal.encode($0) } == "5eb63bbbe01eeed093cb22bb8f5acdc3")

    let declared = try DeclaredChecksums([algorithm.fieldName: value])
    #expect(declared.algorithm == algorithm)
    try declared.verify(digests)
    let trailing = try DeclaredChecksums(["x-amz-trailer": algorithm.fieldName])
    #expect(trailing.algorithm == algorithm)
    #expect(trailing.value == nil)
    try trailing.verify(digests, trailers: [NameValuePair(algorithm.fieldName, value)])
  }

  @Test func theSameWhereverTheContentIsCut() {
    let whole = Self.digests()
    for cut in 0...Self.message.count {
      var checksums = ObjectChecksums(Set(ChecksumAlgorithm.allCases))
      for part in [Self.message[..<cut], Self.message[cut...]] { checksums.update(part.span) }
      #expect(checksums.finalize() == whole)
    }
  }

  @Test func whatIsNotWantedIsNotComputed() {
    let digests = ObjectChecksums([], md5: false).finalize()
    #expect(digests.md5 == nil)
    #expect(digests.checksums.isEmpty)
    #expect(digests.encoded(.sha1) == nil)
  }

  @Test(arguments: ChecksumAlgorithm.allCases) func anotherChecksumIsRefused(algorithm: ChecksumAlgorithm) throws {
    let zeros = Base64.standard.encode(Array(repeating: 0, count: algorithm.length))
    let inField = try DeclaredChecksums([algorithm.fieldName: zeros])
    let error = #expect(throws: S3AuthenticationError.self) { try inField.verify(Self.digests()) }
    #expect(error?.code == .badDigest)
    #expect(error?.message == "The \(algorithm.rawValue) you specified did not match the calculated checksum.")
    let inTrailer = try DeclaredChecksums(["x-amz-trailer": algorithm.fieldName])
    for value in [zeros, "", "bad", zeros + zeros] {
      let trailer = NameValuePair(algorithm.fieldName, value)
      #expect(throws: S3AuthenticationError.self) { try inTrailer.verify(Self.digests(), trailers: [trailer]) }
    }
    #expect(throws: S3AuthenticationError(.malformedTrailer)) { try inTrailer.verify(Self.digests()) }
  }

  @Test func contentMD5IsCompared() throws {
    try DeclaredChecksums(["content-md5": "XrY7u+Ae7tCTyyK7j1rNww=="]).verify(Self.digests())
    let other = try DeclaredChecksums(["content-md5": "rL0Y20xC+Fzt72VPzMSk2A=="])
    #expect(throws: S3AuthenticationError(.badDigest)) { try other.verify(Self.digests()) }
    for value in ["", "AWS HAHAHA", "YWJyYWNhZGFicmE=", "5eb63bbbe01eeed093cb22bb8f5acdc3"] {
      #expect(throws: S3AuthenticationError(.invalidDigest)) { try DeclaredChecksums(["content-md5": value]) }
    }
  }

  static let refused: [(fields: HeaderFields, code: S3AuthenticationError.Code)] = [
    (["x-amz-checksum-crc32": "bad"], .badDigest),
    (["x-amz-checksum-crc32": "AAAAAAA="], .badDigest),
    (["x-amz-checksum-sha256": "DUoRhQ=="], .badDigest),
    (["x-amz-checksum-crc32": "DUoRhQ==", "x-amz-checksum-crc32c": "yZRlqg=="], .invalidRequest),
    (["x-amz-checksum-crc32": "DUoRhQ==", "x-amz-trailer": "x-amz-checksum-crc32c"], .invalidRequest),
    (["x-amz-trailer": "x-amz-checksum-crc32, x-amz-checksum-sha1"], .invalidRequest),
    (["x-amz-sdk-checksum-algorithm": "CRC32"], .invalidRequest),
    (["x-amz-checksum-crc32": "DUoRhQ==", "x-amz-sdk-checksum-algorithm": "SHA1"], .invalidRequest),
    (["x-amz-checksum-crc32": "DUoRhQ==", "x-amz-sdk-checksum-algorithm": "MD4"], .invalidRequest),
    (["x-amz-checksum-sha512": "AAAA"], .invalidRequest),
    (["x-amz-trailer": "x-amz-checksum-md5"], .invalidRequest),
  ]

  @Test(arguments: refused) func whatIsNoOneChecksumIsRefused(
    fields: HeaderFields, code: S3AuthenticationError.Code
  ) {
    let error = #expect(throws: S3AuthenticationError.self) { try DeclaredChecksums(fields) }
    #expect(error?.code == code)
  }

  @Test func nothingDeclaredIsNothingToCompare() throws {
    let declared = try DeclaredChecksums(["x-amz-trailer": "x-other", "x-amz-checksum-type": "FULL_OBJECT"])
    #expect(declared.algorithm == nil)
    try declared.verify(ObjectChecksums([], md5: false).finalize())
  }

  @Test func namesAreThoseOfS3() {
    #expect(ChecksumAlgorithm.crc64nvme.fieldName == "x-amz-checksum-crc64nvme")
    #expect(ChecksumAlgorithm.crc64nvme.elementName == "ChecksumCRC64NVME")
    #expect(ChecksumAlgorithm(fieldName: "x-amz-checksum-sha1") == .sha1)
    #expect(ChecksumAlgorithm(fieldName: "x-amz-checksum-type") == nil)
    #expect(ChecksumAlgorithm(rawValue: "CRC32C") == .crc32c)
  }
}
