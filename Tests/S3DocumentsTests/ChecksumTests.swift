import S3Documents
import Testing

@Suite struct ChecksumTests {
  @Test(arguments: [
    (ChecksumAlgorithm.crc32, "CRC32", "x-amz-checksum-crc32", "ChecksumCRC32"),
    (.crc32c, "crc32c", "x-amz-checksum-crc32c", "ChecksumCRC32C"),
    (.crc64nvme, "Crc64Nvme", "x-amz-checksum-crc64nvme", "ChecksumCRC64NVME"),
    (.sha1, "sha1", "x-amz-checksum-sha1", "ChecksumSHA1"),
    (.sha256, "SHA256", "X-Amz-Checksum-Sha256", "ChecksumSHA256"),
  ])
  func algorithmsHaveTheirNames(algorithm: ChecksumAlgorithm, name: String, field: String, element: String) {
    #expect(ChecksumAlgorithm(name: name) == algorithm)
    #expect(ChecksumAlgorithm(fieldName: field) == algorithm)
    #expect(algorithm.elementName == element)
  }

  @Test(arguments: [
    (ChecksumAlgorithm.crc32, "AAAAAA==", true),
    (.crc32, "AAAAAA=", false),
    (.crc32, "AAAAAAA=", false),
    (.crc32, "AAAA====", false),
    (.crc32, "AAAAA===", false),
    (.crc32, "-AAAAA==", false),
    (.crc32, "", false),
    (.crc64nvme, "+/AAAAAAAAA=", true),
    (.crc64nvme, "AAAAAA==", false),
    (.sha1, "2jmj7l5rSw0yVb/vlWAYkK/YBwk=", true),
    (.sha256, "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", true),
    (.sha256, "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFUA", false),
  ])
  func receivedChecksumsAreBase64OfTheirLength(algorithm: ChecksumAlgorithm, value: String, isTaken: Bool) {
    #expect((ObjectChecksum(algorithm: algorithm, received: value) != nil) == isTaken)
  }

  @Test func onlySomeChecksumsCanBeJoined() {
    for algorithm in ChecksumAlgorithm.allCases { #expect(algorithm.supports(algorithm.defaultMultipartType)) }
    #expect(!ChecksumAlgorithm.crc64nvme.supports(.composite))
    #expect(!ChecksumAlgorithm.sha256.supports(.fullObject))
    #expect(ChecksumAlgorithm.crc32c.supports(.fullObject))
  }
}
