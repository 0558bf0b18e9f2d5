import EngineFixture
import Posix
import Storage
import Testing

@testable import EngineStorage

/// When the next blob of a content is asked for.
struct ReadAheadTests {
  private static let (megabyte, second): (UInt64, UInt64) = (1 << 20, 1_000_000_000)

  @Test func nearTheEndItAlwaysIs() {
    let ahead = ReadAhead(at: 0)
    #expect(!ahead.isDue(Self.megabyte + 1))
    #expect(ahead.isDue(Self.megabyte) && ahead.isDue(0))
  }

  @Test func aFastReaderHasItAskedForAtOnce() {
    var ahead = ReadAhead(at: 5)
    ahead.proceed(16 * Self.megabyte, at: 5 + Self.second)
    #expect(ahead.isDue(.max))
    ahead.proceed(16 * Self.megabyte, at: 5 + 2 * Self.second)
    #expect(ahead.isDue(.max))
    ahead.proceed(16 * Self.megabyte, at: 5 + 4 * Self.second)
    #expect(!ahead.isDue(2 * Self.megabyte), "it has become slow")
  }

  @Test func shortRangesShowNothing() {
    var ahead = ReadAhead(at: 0)
    ahead.proceed(Self.megabyte - 1, at: 1)
    #expect(!ahead.isDue(2 * Self.megabyte))
  }
}

/// The same as the engine sees it.
@Suite(.enabled(if: hasDatabase))
struct ReadAheadRequestTests {
  private static let pieceSize = 2 << 20
  private static let chunkSize = 50_000

  /// An archive asks for the beginnings of several members ahead, each time that one is sent: others may have been given
  /// the connection meanwhile.
  @Test func beginningThatIsAskedForAgainIsReadOnce() async throws {
    let engine = try await EngineUnderTest.withBucket()
    let content = pattern(300_000)
    try await engine.objects.put("k", content)
    let opened = try await engine.objects.open(bytes("k"), in: bucket, version: nil)
    for _ in 0..<3 { await opened.prepare(10..<200_000) }
    #expect(engine.blobs.count(.read) == 1 && engine.blobs.count(.prepare) == 3)
    #expect(try await opened.reader(10..<200_000).all() == Array(content[10..<200_000]))
    #expect(engine.blobs.count(.read) == 1)
  }

  /// How often the engine was asked when the first chunk of the second blob has been given, and when the last but one.
  /// - Parameter pause: in milliseconds, in the middle of the first blob.
  private func requests(pause: Int) async throws -> (atBeginning: Int, atEnd: Int) {
    let blobs = MemoryBlobStore(chunkSize: Self.chunkSize)
    let engine = try await EngineUnderTest.withBucket(blobs, pieceSize: UInt64(Self.pieceSize))
    try await engine.objects.put("k", pattern(4 * Self.pieceSize))
    let opened = try await engine.objects.open(bytes("k"), in: bucket, version: nil)
    let reader = opened.reader(0..<opened.head.metadata.size)
    var given = 0
    func read(until end: Int) async throws {
      while given < end, let chunk = try await reader.next(secured: false) {
        if case .bytes(let bytes) = chunk { given += bytes.count }
      }
    }
    try await read(until: Self.pieceSize / 2)
    #expect(blobs.count(.read) == 1)
    try await Task.sleep(for: .milliseconds(pause))
    try await read(until: Self.pieceSize + 1)
    let atBeginning = blobs.count(.read)
    try await read(until: 2 * Self.pieceSize - Self.chunkSize)
    return (atBeginning, blobs.count(.read))
  }

  @Test func ofAFastReaderTheNextBlobIsAskedForAsSoonAsOneBegins() async throws {
    // A machine that stands still for a moment makes the reader a slow one.
    var found = (atBeginning: 0, atEnd: 0)
    for _ in 0..<10 where found != (3, 3) { found = try await requests(pause: 0) }
    #expect(found == (3, 3))
  }

  @Test func ofASlowReaderTheNextBlobIsAskedForNearTheEndOfTheOneBefore() async throws {
    #expect(try await requests(pause: 200) == (2, 3))
  }
}
