@testable import DurableFiles
import Storage
import Foundation
import Posix
import Testing

@testable import LocalStorage

/// What a worker that is killed leaves behind.
@Suite struct AbandonedWorkTests {
  private let fixture = StoreFixture()
  private var dead: OwnerIdentity { StoreFixture.deadOwner }

  @Test func aNameThatWasGivenButNotListedIsListed() throws {
    let path = fixture.data
    let metadata = try fixture.store(owner: dead).upload("a.jpg")
    let store = try fixture.store()
    #expect(try store.index.finding("a.jpg") == nil)
    try store.settleIntents()
    #expect(try store.index.finding("a.jpg")?.metadata == metadata)
    #expect(try store.list(PictureQuery(limit: 9)).images == [metadata])
    #expect(fixture.journals.isEmpty)
    #expect(FileManager.default.fileExists(atPath: path + "/images/a.jpg"))
  }

  @Test func anIntentThatCameToNothingIsForgotten() throws {
    let killed = try fixture.store(owner: dead)
    _ = try killed.published.note("never.jpg")
    try fixture.folder.write(Array("1 odd.jpg\u{0}no number\u{0}".utf8), to: ".vitrine/published/what is this")
    let store = try fixture.store()
    try store.settleIntents()
    #expect(fixture.journals.isEmpty)
    #expect(try store.names().isEmpty)
  }

  @Test func theWorkOfTheLivingIsLeftAlone() throws {
    let store = try fixture.store(allowsUnnamed: false)
    var file = try store.stage()
    try file.write([1].span)
    _ = try store.published.note("a.jpg")
    try fixture.store().settleIntents()
    #expect(fixture.journals.count == 1)
    let metadata = try file.metadata("a.jpg")
    try store.publish(file, metadata)
    #expect(try store.names() == ["a.jpg"])
  }

  @Test func temporaryFilesOfTheDeadAreRemovedAndOthersKept() throws {
    let store = try fixture.store()
    let folder = fixture.data + "/images/.vitrine/"
    let old = OwnerIdentity(boot: "00000000", process: ProcessControl.currentID, start: 1)
    for name in [
      "upload-\(dead.text)-00", "upload-\(old.text)-00", "upload-\(OwnerIdentity.current().text)-00", "other",
    ] {
      try fixture.folder.write([], to: "images/.vitrine/\(name)")
    }
    try store.settleIntents()
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        == ["other", "upload-\(OwnerIdentity.current().text)-00"])
  }

  @Test func aKilledWorkerLeavesNothingHalfDone() async throws {
    try HandedPath.leave(fixture.data, for: "killed-worker")
    await #expect(processExitsWith: .signal(SIGKILL)) {
      let path = try HandedPath.take("killed-worker")
      let store = try StoreFixture(data: path).store(allowsUnnamed: false)
      try store.upload("whole.jpg")
      var unfinished = try store.stage()
      try unfinished.write([1, 2, 3].span)
      var named = try store.stage()
      try named.write([4].span)
      let metadata = try named.metadata("named.jpg")
      let status = try named.file.status()
      try named.file.record(PictureAttributes(metadata, modified: status.modified))
      _ = try store.published.note("named.jpg")
      try store.folder.link(named, as: "named.jpg")
      try ProcessControl.kill(ProcessControl.currentID, .kill)
    }
    let store = try fixture.store()
    try store.settleIntents()
    #expect(try store.names().sorted() == ["named.jpg", "whole.jpg"])
    #expect(fixture.journals.isEmpty)
    #expect(fixture.folder.files.filter { $0.hasPrefix("images/") } == ["images/named.jpg", "images/whole.jpg"])
    #expect(fixture.inspected.isEmpty)
  }

  @Test func ownersAreKnownByBootProcessAndStart() throws {
    let boot = OwnerIdentity.currentBoot()
    let current = OwnerIdentity.current()
    #expect(OwnerIdentity(current.text) == current)
    #expect(!current.isGone(boot: boot))
    #expect(current.isGone(boot: "another"))
    #expect(OwnerIdentity(boot: boot, process: ProcessControl.currentID, start: 1).isGone(boot: boot))
    #expect(dead.isGone(boot: boot))
    // Where a part of it is not known, the others tell.
    #expect(!current.isGone(boot: "unknown") && dead.isGone(boot: "unknown"))
    for (unknown, start) in [("unknown", UInt64(0)), (boot, 0)] {
      #expect(!OwnerIdentity(boot: unknown, process: ProcessControl.currentID, start: start).isGone(boot: boot))
    }
    #expect(OwnerIdentity(boot: "unknown", process: ProcessControl.currentID, start: 1).isGone(boot: boot))
    for text in ["", "a:b", "a:1:2:3", "a:0:1", "a:-1:1", "a:x:1", "a:1:-1"] { #expect(OwnerIdentity(text) == nil) }
  }
}
