import Storage
import Digests
import LocalStorage
import HTTPSemantics
import Posix
import S3Documents
import Testing

@testable import ObjectStorage

@Suite struct CompletionPlanTests {
  @Test func tagIsTheDigestOfTheDigests() {
    let tags = ["5d41402abc4b2a76b9719d911017c592", "7d793037a0760186574b0282f2f435e7"]
    let digest = Hexadecimal.encode(MD5.digest(of: tags.flatMap { Hexadecimal.decode($0.utf8) ?? [] }))
    #expect(CompletionPlan.entityTag(tags) == "\(digest)-2")
    #expect(CompletionPlan.entityTag(["no digest"]) == nil)
  }

  @Test func checksumOfTheWholeIsThatOfAllBytes() throws {
    let plan = try plan([part(1, large), part(2, [1, 2, 3])], listed: [1, 2])
    #expect(plan.metadata.crc32 == CRC32.checksum(of: large + [1, 2, 3]))
    #expect(plan.metadata.size == UInt64(large.count + 3))
    #expect(plan.metadata.partSizes == [UInt64(large.count), 3])
  }

  @Test func onlyTheLastPartMayBeSmall() {
    var first = part(1, large)
    #expect(throws: Never.self) { try plan([first, part(2, [2])], listed: [1, 2]) }
    for size: UInt64 in [1, 5 << 20 - 1] {
      first.size = size
      #expect { try plan([first, part(2, [2])], listed: [1, 2]) } throws: { code($0) == "EntityTooSmall" }
    }
  }

  @Test func partThatWasNotUploadedIsRefused() {
    #expect { try plan([part(1, large)], listed: [1, 2]) } throws: { code($0) == "InvalidPart" }
  }

  @Test func partsKeepTheChecksumsThatTheClientAskedFor() throws {
    var first = part(1, large)
    first.checksums = [NameValuePair("CRC32", "AAAAAA=="), NameValuePair("SHA1", "x")]
    let composite = try plan([first], listed: [1], algorithm: "CRC32").metadata
    #expect(composite.checksum?.value.hasSuffix("-1") == true)
    #expect(composite.checksum(ofPart: 0)?.value == "AAAAAA==")
    #expect(composite.checksum(ofPart: 0)?.type == nil)
    #expect(composite.checksum(ofPart: 1) == nil)
    #expect(try plan([part(1, large)], listed: [1], algorithm: "CRC32").metadata.partChecksums.isEmpty)
    #expect(try plan([first], listed: [1]).metadata.partChecksums.isEmpty)
  }

  @Test func checksumOfChecksumsMayLackTheNumberOfParts() throws {
    var first = part(1, large)
    first.checksums = [NameValuePair("CRC32", "AAAAAA==")]
    let plan = try plan([first], listed: [1], algorithm: "CRC32")
    let value = try #require(plan.metadata.checksum?.value)
    for declared in [value, String(value.dropLast(2))] {
      #expect(throws: Never.self) { try plan.check(["x-amz-checksum-crc32": declared]) }
    }
    for declared in [value.replacing("-1", with: "-2"), "AAAAAA==", value + "-1", ""] {
      #expect { try plan.check(["x-amz-checksum-crc32": declared]) } throws: { code($0) == "BadDigest" }
    }
    #expect(plan.metadata.uploadID == "1")
  }

  private let large = [UInt8](repeating: 7, count: 5 << 20)

  private func code(_ error: any Error) -> String? { (error as? S3Error)?.code }

  private func part(_ number: Int, _ bytes: [UInt8]) -> UploadedPart {
    UploadedPart(
      number: number, size: UInt64(bytes.count), etag: Hexadecimal.encode(MD5.digest(of: bytes)),
      modified: Timestamp(seconds: 0, nanoseconds: 0), checksums: [], crc32: CRC32.checksum(of: bytes))
  }

  private func plan(_ uploaded: [UploadedPart], listed: [Int], algorithm: String? = nil) throws -> CompletionPlan {
    var metadata = ObjectMetadata(
      etag: "", size: 0, modified: Timestamp(seconds: 0, nanoseconds: 0), contentType: "text/plain", owner: "owner")
    metadata.checksumsAreComposite = algorithm != nil
    return try CompletionPlan(
      upload: MultipartUpload(identifier: "1", key: [65], metadata: metadata, checksumAlgorithm: algorithm),
      uploaded: uploaded,
      listed: listed.map { number in
        let etag = uploaded.first { $0.number == number }?.etag ?? Hexadecimal.encode(MD5.digest(of: []))
        return .init(number: number, etag: etag)
      })
  }
}
