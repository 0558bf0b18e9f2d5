import Digests
import EventLoop
import Foundation
import Journal
import LoopFixture
import Magic
import MemoryStorage
import Pictures
import Posix
import Storage
import Testing

@testable import Vitrine

/// The janitor's work on pictures.
struct ChoresTests {
  /// Chores over pictures in memory, with an app.log of their own.
  @EventLoopActor
  private final class Fixture {
    let catalog = MemoryPictureCatalog()
    let chores: Chores
    private let log = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)

    init() throws {
      let limits = PictureLimits(bytes: 1_000, pixels: 1_000)
      chores = Chores(
        pictures: Pictures(
          catalog, blocked: catalog, trash: catalog, reports: PictureReports(in: MemoryDocumentStore()), limits: limits,
          magic: try MagicDatabase()),
        maintenance: catalog, activity: try ActivityLog(path: log.path, language: .english) { _ in },
        log: OperatorLog(level: .error, style: .timestamp, output: nil))
    }

    deinit { try? FileManager.default.removeItem(at: log) }

    var lines: [String] {
      let text = (try? String(contentsOf: log, encoding: .utf8)) ?? ""
      return text.split(separator: "\n").map { String($0.drop { $0 != "]" }.dropFirst(2)) }
    }

    /// Stores a picture whose time ends so many seconds from now.
    func store(_ name: String, ends seconds: Int64) async throws {
      let content = Array("content of \(name)".utf8)
      let writer = try await catalog.pictureWriter()
      try await writer.update { (staged) throws(StorageError) in try staged.append(content.span) }
      let now = Clock.now()
      let metadata = PictureMetadata(
        name: try #require(StoredName(name)), originalName: "cat \(name)", mediaType: "image/png", width: 1, height: 1,
        content: ContentDigests(
          size: UInt64(content.count), crc32: CRC32.checksum(of: content), sha256: SHA256.digest(of: content)),
        uploadedAt: now, expiresAt: Timestamp(seconds: now.seconds + seconds))
      try await writer.publish(metadata, object: nil)
    }

    func start() {
      EventLoop.current.start { [chores] in await chores.run() }
    }
  }

  @Test func whatIsOverIsRemovedAndToldOf() async throws {
    try await TestLoop.run {
      let fixture = try Fixture()
      for (name, ends) in [("a.png", -5), ("b.png", 1_000), ("c.png", -1)] as [(String, Int64)] {
        try await fixture.store(name, ends: ends)
      }
      fixture.start()
      let isDone = await TestLoop.until { fixture.lines.count == 2 }
      #expect(isDone)
      #expect(
        fixture.lines == [
          "Success: image cat a.png expired and was deleted.", "Success: image cat c.png expired and was deleted.",
        ])
      #expect(try await fixture.catalog.pictureTotals().listed == 1)
    }
  }

  @Test func endOfTheProcessWaitsForThePictureThatIsBeingRemoved() async throws {
    try await TestLoop.run {
      let fixture = try Fixture()
      for name in ["a.png", "b.png"] { try await fixture.store(name, ends: -1) }
      let linesAtTheEnd = Record<Int>()
      let removals = Record<Int>()
      let chores = fixture.chores
      fixture.catalog.faults.before(.remove) {
        await chores.interrupt { linesAtTheEnd.append(fixture.lines.count) }
        removals.append(linesAtTheEnd.values.count)
      }
      fixture.start()
      let hasEnded = await TestLoop.until { !linesAtTheEnd.values.isEmpty }
      #expect(hasEnded)
      // Not before the picture was gone and its line was written.
      #expect(removals.values.first == 0)
      #expect(linesAtTheEnd.values.first == 1)
    }
  }

  @Test func endOfTheProcessComesAtOnceWhereNothingIsHalfDone() async throws {
    try await TestLoop.run {
      var hasEnded = false
      try Fixture().chores.interrupt { hasEnded = true }
      #expect(hasEnded)
    }
  }
}
