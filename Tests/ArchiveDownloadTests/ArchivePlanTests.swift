import FileStore
import HTTPSemantics
import Posix
import Testing
import ZipArchive

@testable import ArchiveDownload

/// What follows from a listing: the tag, the date, the header fields.
@Suite struct ArchivePlanTests {
  private let source = FolderInMemory(files: [])
  private let usual = [member("a.jpg", inode: 1), member("b.jpg", inode: 2)]

  private func tag(_ members: [FolderMember]) throws -> EntityTag {
    try ArchivePlan(source, FolderListing(members: members)).entityTag
  }

  @Test func tagTellsEveryFactThatTheBytesDependOn() throws {
    let later = Timestamp(seconds: 1_600_000_000, nanoseconds: 1)
    let others = [
      [member("a.jpg", inode: 1)], [member("a.jpg", inode: 1), member("c.jpg", inode: 2)],
      [member("a.jpg", inode: 3), usual[1]], [member("a.jpg", size: 11, inode: 1), usual[1]],
      [member("a.jpg", inode: 1, mode: 0o100600), usual[1]], [member("a.jpg", inode: 1, modified: later), usual[1]],
      [member("a.jpg", inode: 1, changed: later), usual[1]], [],
    ]
    let tags = try [usual, usual].map(tag) + others.map(tag)
    #expect(tags[0] == tags[1])
    #expect(Set(tags.map(\.description)).count == others.count + 1)
  }

  @Test func tagOutlivesARestartOfTheMachine() throws {
    #expect(try tag(usual) == tag([member("a.jpg", inode: 1, device: 9), member("b.jpg", inode: 2, device: 9)]))
  }

  @Test func samePlanIsKeptWhereNothingChanged() throws {
    let source = FolderInMemory(files: [("a", [1]), ("b", [2])])
    let plan = try ArchivePlan.make(source)
    #expect(plan.layout.count == 2)
    #expect(try ArchivePlan.make(source, unlessSameAs: plan).listing == plan.listing)
    let more = FolderInMemory(files: [("a", [1]), ("b", [2]), ("c", [3])])
    #expect(try ArchivePlan.make(more, unlessSameAs: plan).members.map(\.text) == ["a", "b", "c"])
  }

  @Test(arguments: [
    // Seconds from the change to the request, the date that is told, and whether it may continue a download.
    (0.0, Int64(999), false), (0.5, 999, false), (1.0, 999, false), (1.5, 1_000, true), (3_600, 1_000, true),
    // A file server's clock is ahead.
    (-100, 899, false),
  ])
  func dateIsStrongOnceItsSecondIsOver(after: Double, told: Int64, isStrong: Bool) {
    let nanoseconds = Int64(after * 1e9)
    let seconds = 1_000 + nanoseconds / 1_000_000_000
    let validators = ArchiveValidators(
      EntityTag("x"), newestChange: Timestamp(seconds: 1_000),
      now: Timestamp(seconds: seconds, nanoseconds: nanoseconds % 1_000_000_000))
    #expect(validators.isDateStrong == isStrong)
    #expect(validators.validators.lastModified == told)
    let request = HeaderFields([("Range", "bytes=5-9"), ("If-Range", HTTPDate.format(told))])
    #expect(validators.select(request, method: .get, length: 100) == (isStrong ? .partial(5..<10) : .whole))
    let tagged = HeaderFields([("Range", "bytes=5-9"), ("If-Range", "\"x\"")])
    #expect(validators.select(tagged, method: .get, length: 100) == .partial(5..<10))
  }

  @Test(
    arguments: [
      (nil, "memory.zip"), ("Trip.zip", "Trip.zip"), ("Trip", "Trip.zip"), ("", "memory.zip"), ("..", "memory.zip"),
      ("../../etc/passwd", "passwd.zip"), ("a\r\nSet-Cookie: b", nil),
    ] as [(String?, String?)])
  func nameOfTheDownload(asked: String?, given: String?) throws {
    let plan = try ArchivePlan(source, FolderListing(members: usual))
    let validators = ArchiveValidators(plan.entityTag, newestChange: nil, now: Clock.now())
    let fields = ArchiveFields.make(plan, validators, .whole, fileName: asked)
    let disposition = try #require(fields["Content-Disposition"])
    #expect(disposition.hasPrefix("attachment; filename="))
    #expect(!disposition.contains("\n") && !disposition.contains("\r"))
    if let given { #expect(disposition.contains("\"\(given)\"")) }
    #expect(fields["Last-Modified"] == nil && fields["Content-Range"] == nil)
  }
}
