import Digests
import HTTPSemantics
import S3Authentication
import S3Documents
import Storage
import Testing

@testable import ObjectStorage

/// The body of a put on its way in.
@Suite struct IncomingObjectTests {
  private final class Staged: StagedContent {
    private(set) var bytes: [UInt8] = []
    /// Of a content that leaves as it comes, the length of its beginning; it is set by then.
    var leadingLength: UInt64?
    private(set) var mayLead = false
    private(set) var leadingMD5: [[UInt8]] = []
    /// Whether it finds the MD5 of what is kept.
    var findsMD5 = false

    func allowLeading() { mayLead = true }

    func supplyLeadingMD5(_ md5: [UInt8]) { leadingMD5.append(md5) }

    var size: UInt64 { UInt64(bytes.count) }

    func append(_ piece: Span<UInt8>) throws(StorageError) {
      for index in piece.indices { bytes.append(piece[index]) }
    }

    func append(_ chunk: Chunk) throws(StorageError) {}

    func read(into buffer: inout [UInt8], at offset: UInt64) throws(StorageError) -> Int { 0 }

    func truncate(to length: UInt64) throws(StorageError) {
      if length < size { bytes.removeLast(bytes.count - Int(length)) }
    }

    func removeAll() { bytes = [] }

    func apply(_ edits: [ByteEdit]) throws(StorageError) {}
  }

  private static func incoming(_ fields: [(String, String)], limit: UInt64) throws(S3Error) -> IncomingObject {
    try IncomingObject(.anonymous(.unsigned), fields: HeaderFields(fields), limit: limit)
  }

  @Test func objectsHaveALimit() throws {
    #expect(BodyReceiver.limit == 5 << 30)
    let limit: UInt64 = 5 << 30
    #expect(throws: Never.self) { try Self.incoming([("Content-Length", "\(limit)")], limit: limit) }
    let error = #expect(throws: S3Error.self) { try Self.incoming([("Content-Length", "\(limit + 1)")], limit: limit) }
    #expect(error?.code == "EntityTooLarge")
  }

  /// A body whose length nobody announced.
  @Test func bodyThatGrowsBeyondTheLimitIsRefusedAndLeavesNothing() throws {
    let whole = Staged()
    let incoming = try Self.incoming([], limit: 6)
    incoming.accept([1, 2, 3], into: whole)
    incoming.accept([4, 5, 6], into: whole)
    #expect(try incoming.finish(whole).size == 6 && whole.bytes == [1, 2, 3, 4, 5, 6])
    let more = Staged()
    let larger = try Self.incoming([], limit: 6)
    larger.accept([1, 2, 3, 4, 5, 6], into: more)
    larger.accept([7], into: more)
    #expect(more.bytes.isEmpty)
    // What follows is not kept either.
    larger.accept([8], into: more)
    #expect(more.bytes.isEmpty)
    let error = #expect(throws: S3Error.self) { try larger.finish(more) }
    #expect(error?.code == "EntityTooLarge")
  }

  /// Where the beginning ends between two pieces, in one, with the first byte of one, and with the last of all.
  @Test(arguments: [1, 999_999, 1_000_000, 1_000_001, 5_432_100, 9_000_000])
  func ofAContentThatLeavesAsItComesTheDigestOfTheBeginningIsSupplied(_ length: Int) throws {
    let content = (0..<9_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
    let incoming = try IncomingObject(
      .anonymous(.unsigned), fields: HeaderFields([("Content-Length", "9000000")]), limit: 1 << 30, lanes: DigestLanes()
    )
    let staged = Staged()
    staged.leadingLength = UInt64(length)
    for start in stride(from: 0, to: 9_000_000, by: 1_000_000) {
      incoming.accept(
        [content[start..<start + 400_000], content[start + 400_000..<start + 1_000_000]].map { Array($0) }, into: staged
      )
    }
    #expect(try incoming.finish(staged).md5 == Hexadecimal.encode(MD5.digest(of: content)))
    #expect(staged.mayLead && staged.leadingMD5 == [MD5.digest(of: Array(content[..<length]))])
    #expect(staged.bytes == content)
  }

  @Test func ofAShortContentNothingLeavesBeforeItIsWhole() throws {
    let incoming = try IncomingObject(
      .anonymous(.unsigned), fields: HeaderFields([("Content-Length", "3")]), limit: 6, lanes: DigestLanes())
    let staged = Staged()
    incoming.accept([1, 2, 3], into: staged)
    _ = try incoming.finish(staged)
    #expect(!staged.mayLead && staged.leadingMD5.isEmpty)
  }

  /// Of thousands of chunks each has a signature.
  @Test func lengthOfPiecesTellsHowLongTheyTakeUnlessTheyAreFramed() throws {
    #expect(try Self.incoming([("Content-Length", "9")], limit: 10).contentLength(of: [[1, 2], [3]]) == 3)
    let fields = [
      ("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"), ("x-amz-decoded-content-length", "9"),
    ]
    let framed = try IncomingObject(
      .anonymous(.unsignedChunks(trailer: true)), fields: HeaderFields(fields), limit: 10)
    #expect(framed.declaredLength == 9 && framed.contentLength(of: [[1, 2], [3]]) == nil)
  }

  /// Who finds it, who may leave it, and of which content it must be known before it is kept.
  @Test(arguments: [
    (true, true, [], true), (false, true, [], false), (true, false, [], false),
    (true, true, [("Content-MD5", Base64.standard.encode(MD5.digest(of: [1, 2, 3])))], false),
    (true, true, [("x-amz-checksum-crc32", "VbyAHQ==")], true),
  ])
  func digestIsLeftToAStorageThatFindsIt(
    _ finds: Bool, _ may: Bool, _ fields: [(String, String)], _ isLeft: Bool
  ) throws {
    let staged = Staged()
    staged.findsMD5 = finds
    let incoming = try IncomingObject(
      .anonymous(.unsigned), fields: HeaderFields([("Content-Length", "3")] + fields), limit: 6, mayLeaveMD5: may)
    incoming.accept([1, 2], into: staged)
    let content = try incoming.finish(with: [[3]], staged)
    #expect(content.md5 == (isLeft ? "" : Hexadecimal.encode(MD5.digest(of: [1, 2, 3]))))
    #expect(content.crc32 == 0x55bc_801d && staged.bytes == [1, 2, 3])
  }

  @Test func bodyOfAnotherDigestIsRefusedAndLeavesNothing() throws {
    let staged = Staged()
    let incoming = try Self.incoming([("Content-MD5", "AAAAAAAAAAAAAAAAAAAAAA==")], limit: 6)
    incoming.accept([1, 2, 3], into: staged)
    #expect(staged.bytes == [1, 2, 3])
    let error = #expect(throws: S3Error.self) { try incoming.finish(staged) }
    #expect(error?.code == "BadDigest" && staged.bytes.isEmpty)
  }
}
