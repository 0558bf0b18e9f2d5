import Storage
import EventLoop
import HTTPSemantics
import LoopFixture
import Posix
import Testing
import ZipArchive

@testable import ArchiveDownload

/// What follows from a listing: the tag, the date, the header fields.
@Suite struct ArchivePlanTests {
  private static let pool = BlockingPool(name: "plan", limit: 1)
  private let usual = [member("a.jpg", inode: 1), member("b.jpg", inode: 2)]

  private func tag(_ members: [TreeMember]) throws -> EntityTag {
    try ArchivePlan(memorySource, FolderInMemory(), TreeListing(members: members), .portable).entityTag
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

  @Test func tagTellsNamesAsTheyAreEmitted() throws {
    func tag(_ path: String, _ names: MemberNames) throws -> EntityTag {
      try ArchivePlan(memorySource, FolderInMemory(), TreeListing(members: [member(path)]), names).entityTag
    }
    #expect(try tag("a?", .portable) != tag("a?", .exact))
    // Where the setting changes nothing, the bytes are the same.
    #expect(try tag("a", .portable) == tag("a", .exact))
  }

  @Test(
    arguments: [
      (0o100_000, 0o100_600), (0o100_444, 0o100_644), (0o104_755, 0o100_755), (0o103_640, 0o100_640),
      (0o100_664, 0o100_664),
    ] as [(UInt32, UInt32)])
  func modesArePermissionsThatTheOwnerCanWorkWith(mode: UInt32, emitted: UInt32) throws {
    let listing = TreeListing(members: [member("a", mode: mode)])
    let plan = try ArchivePlan(memorySource, FolderInMemory(), listing, .exact)
    #expect(plan.layout.member(0).mode == emitted)
  }

  @Test func membersAreInTheOrderOfTheNamesInTheArchive() throws {
    let listing = TreeListing(members: [member("a:", size: 1), member("aa", size: 2, inode: 2)])
    let plan = try ArchivePlan(memorySource, FolderInMemory(), listing, .portable)
    #expect((0..<2).map { String(decoding: plan.layout.member($0).name, as: UTF8.self) } == ["a_", "aa"])
    let mixed = TreeListing(members: [member("a:", size: 1), member("aA", size: 2, inode: 2)])
    let sorted = try ArchivePlan(memorySource, FolderInMemory(), mixed, .portable)
    #expect((0..<2).map { String(decoding: sorted.layout.member($0).name, as: UTF8.self) } == ["aA", "a_"])
    #expect(sorted.members.map(\.size) == [2, 1] && sorted.layout.member(0).size == 2)
    #expect(sorted.listing == mixed)
  }

  @Test func tagOutlivesARestartOfTheMachine() throws {
    #expect(try tag(usual) == tag([member("a.jpg", inode: 1, device: 9), member("b.jpg", inode: 2, device: 9)]))
  }

  @Test func tagIsTheSameInEveryVersionOfThisProgram() throws {
    // Computed by another program: whoever has the beginning of an archive gets the rest of it after an upgrade.
    #expect(try tag(usual).description == "\"225b21857fd508dbab0df38dedd02cd9\"")
  }

  private static func make(
    _ tree: FolderInMemory, _ source: ArchiveSource = memorySource, unlessSameAs previous: ArchivePlan? = nil
  ) async throws -> ArchivePlan {
    try await TestLoop.run { try await ArchivePlan.make(source, tree, .portable, unlessSameAs: previous, on: pool) }
  }

  @Test func samePlanIsKeptWhereNothingChanged() async throws {
    let tree = FolderInMemory(files: [("a", 1), ("b", 1)])
    let plan = try await Self.make(tree)
    #expect(plan.layout.count == 2)
    #expect(try await Self.make(tree, unlessSameAs: plan).listing == plan.listing)
    let more = FolderInMemory(files: [("a", 1), ("b", 1), ("c", 1)])
    #expect(try await Self.make(more, unlessSameAs: plan).members.map(\.text) == ["a", "b", "c"])
  }

  @Test func memberThatCannotBeReadIsFoundBeforeTheFirstByte() async throws {
    let tree = FolderInMemory(files: [("a", 1), ("b", 1)], unreadable: ["b"])
    let flaw = TreeFlaw(path: Array("b".utf8), .unreadable(.accessDenied))
    await #expect(throws: ArchiveFailure.cannotBePacked(flaw)) { try await Self.make(tree) }
  }

  @Test func whatWasReadableAndIsTheSameIsNotOpenedAgain() async throws {
    let tree = FolderInMemory(files: [("b", 1), ("d", 1)])
    let plan = try await Self.make(tree)
    #expect(tree.asked.paths.withLock { $0 } == ["b", "d"])
    // The inodes are the indexes: `d` is another file now.
    let more = FolderInMemory(files: [("b", 1), ("c", 1), ("d", 1), ("e", 1)])
    _ = try await Self.make(more, unlessSameAs: plan)
    #expect(more.asked.paths.withLock { $0 } == ["c", "d", "e"])
  }

  @Test func treeThatChangedJustNowIsListedAgain() async throws {
    let now = Clock.now()
    let young = FolderInMemory(
      files: [("a", 1)], newestChanges: [Timestamp(seconds: now.seconds + 3_600), Timestamp(seconds: 1)])
    _ = try await Self.make(young)
    #expect(young.asked.listings.withLock { $0 } == 2)
    // One whose clock is ahead is not waited for.
    let ahead = FolderInMemory(files: [("a", 1)], newestChanges: [Timestamp(seconds: now.seconds + 3_600)])
    _ = try await Self.make(ahead)
    #expect(ahead.asked.listings.withLock { $0 } == 5)
  }

  @Test func prefixThatNothingBeginsWithIsNotThere() async throws {
    let source = ArchiveSource(name: "x", memorySource.selection, needsMembers: true)
    await #expect(throws: ArchiveFailure.notFound) { try await Self.make(FolderInMemory(), source) }
    #expect(try await Self.make(FolderInMemory()).members.isEmpty)
  }

  @Test(arguments: [
    // Tenths of a second from the last write to the listing, and whether that has settled.
    (0, false), (29, false), (30, true), (100, true), (-10, false),
  ])
  func folderSettles(tenths: Int64, isSettled: Bool) {
    let listed = Timestamp(seconds: 1_600_000_100)
    let total = listed.totalNanoseconds - tenths * 100_000_000
    let newest = Timestamp(seconds: total / 1_000_000_000, nanoseconds: total % 1_000_000_000)
    let rest = SettlingTime(nanoseconds: 3_000_000_000).rest(newest, listed: listed, now: listed)
    #expect((rest == nil) == isSettled)
    if let rest { #expect(abs(Int64(rest) - (30 - tenths) * 100_000_000) < 50_000_000) }
    #expect(SettlingTime(nanoseconds: 0).rest(newest, listed: listed, now: listed) == nil)
    #expect(SettlingTime(nanoseconds: 3_000_000_000).rest(nil, listed: listed, now: listed) == nil)
  }

  @Test func timeToComeCountsAsSettled() throws {
    let now = Clock.now()
    func newest(_ offsets: [Int64]) throws -> Timestamp? {
      let members = offsets.enumerated().map { index, offset in
        member("\(index)", modified: Timestamp(seconds: now.seconds + offset))
      }
      let listing = TreeListing(members: members)
      return try ArchivePlan(memorySource, FolderInMemory(), listing, .portable).newestModification
    }
    #expect(try newest([3_600]) == nil)
    #expect(try newest([3_600, -5, -60])?.seconds == now.seconds - 5)
    #expect(try newest([]) == nil)
  }

  @Test(arguments: [
    ([("If-None-Match", "\"x\"")], true), ([("If-None-Match", "W/\"x\", \"y\"")], true),
    ([("If-Match", "\"x\"")], true),
    ([("If-None-Match", "\"y\"")], false), ([("If-None-Match", "*")], false), ([("If-Match", "*")], false),
    ([("Range", "bytes=0-1"), ("If-Range", "\"x\"")], true), ([("Range", "bytes=0-1"), ("If-Range", "\"y\"")], false),
    ([("Range", "bytes=0-1")], false), ([("If-Range", "\"x\"")], false), ([], false),
  ])
  func requestThatNamesThePresentStateIsKnown(fields: [(String, String)], isNamed: Bool) {
    let validators = ArchiveValidators(EntityTag("x"), newestChange: nil, now: Clock.now())
    #expect(validators.isNamed(by: HeaderFields(fields)) == isNamed)
  }

  @Test(arguments: [
    // Seconds from the change to the request, the date that is told, and whether it may continue a download.
    (0.0, Int64(999), false), (0.5, 999, false), (1.0, 999, false), (1.5, 1_000, true), (3_600, 1_000, true),
    // A file server's clock is ahead.
    (-100, 899, false),
  ])
  func dateIsStrongOnceItsSecondIsOver(after: Double, reported: Int64, isStrong: Bool) {
    let nanoseconds = Int64(after * 1e9)
    let seconds = 1_000 + nanoseconds / 1_000_000_000
    let validators = ArchiveValidators(
      EntityTag("x"), newestChange: Timestamp(seconds: 1_000),
      now: Timestamp(seconds: seconds, nanoseconds: nanoseconds % 1_000_000_000))
    #expect(validators.isDateStrong == isStrong)
    #expect(validators.validators.lastModified == reported)
    let request = HeaderFields([("Range", "bytes=5-9"), ("If-Range", HTTPDate.format(reported))])
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
    let plan = try ArchivePlan(memorySource, FolderInMemory(), TreeListing(members: usual), .portable)
    let validators = ArchiveValidators(plan.entityTag, newestChange: nil, now: Clock.now())
    let fields = ArchiveFields.make(plan, validators, .whole, fileName: asked)
    let disposition = try #require(fields["Content-Disposition"])
    #expect(disposition.hasPrefix("attachment; filename="))
    #expect(!disposition.contains("\n") && !disposition.contains("\r"))
    if let given { #expect(disposition.contains("\"\(given)\"")) }
    #expect(fields["Last-Modified"] == nil && fields["Content-Range"] == nil)
  }
}
