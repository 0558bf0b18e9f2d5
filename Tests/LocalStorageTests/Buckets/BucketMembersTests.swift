import Storage
import Testing

@testable import LocalStorage

struct BucketMembersTests {
  let fixture: BucketFixture

  init() throws {
    fixture = try BucketFixture()
  }

  @Test func tooManyObjectsForAnArchiveAreSaidToBeSo() throws {
    for key in ["a/1", "a/2", "a/3"] { try fixture.put(key, "x") }
    let prefix = Array("a/".utf8)
    #expect(try fixture.store.members(of: "photos1", under: prefix, limits: FolderLimits(members: 3)).count == 3)
    #expect(throws: FolderError.cannotBePacked(FolderFlaw(path: [], .tooManyFiles(limit: 2)))) {
      try fixture.store.members(of: "photos1", under: prefix, limits: FolderLimits(members: 2))
    }
    #expect(throws: FolderError.notFound) { try fixture.store.members(of: "nothing", under: prefix) }
  }
}
