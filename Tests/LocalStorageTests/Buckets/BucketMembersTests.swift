import Storage
import Testing

@testable import LocalStorage

struct BucketMembersTests {
  let fixture: BucketFixture

  init() throws {
    fixture = try BucketFixture()
  }

  private func tree(
    _ bucket: String = "photos1", below prefix: String = "a/", members: Int = 9, filter: TreeSelection.Filter? = nil
  ) -> BucketTree {
    BucketTree(
      store: fixture.store, bucket: bucket, prefix: Array(prefix.utf8), filter: filter,
      limits: FolderLimits(members: members))
  }

  private func paths(_ tree: BucketTree) throws -> [String] {
    try tree.list().members.map { String(decoding: $0.path, as: UTF8.self) }
  }

  @Test func tooManyObjectsForAnArchiveAreSaidToBeSo() throws {
    for key in ["a/1", "a/2", "a/3"] { try fixture.put(key, "x") }
    #expect(try paths(tree(members: 3)) == ["1", "2", "3"])
    #expect(throws: StorageError.incompleteTree(TreeFlaw(path: [], .tooManyFiles(limit: 2)))) {
      try tree(members: 2).list()
    }
    #expect(throws: StorageError.noSuchBucket) { try tree("nothing").list() }
  }

  @Test func whatAFilterLeavesOutIsNotInTheTree() throws {
    for key in ["a/1", "a/2", "b/3"] { try fixture.put(key, "x") }
    let some = tree { key, metadata in key.last == UInt8(ascii: "2") && metadata()?.size == 1 }
    #expect(try paths(some) == ["2"])
    let failing = tree { (_, _) throws(StorageError) in throw .full }
    #expect(throws: StorageError.full) { try failing.list() }
  }

  @Test func objectIsOpenedAsItWasListedOrNotAtAll() throws {
    try fixture.put("a/1", "x")
    let tree = tree()
    let listing = try tree.list()
    let member = try #require(listing.members.first)
    #expect(listing.newestChange == member.fileState?.changed)
    let bytes = try tree.open(member).readAll(limit: 9)
    #expect(bytes == Array("x".utf8))
    #expect(try tree.firstChanged(of: listing.members[...]) == nil)
    try fixture.put("a/1", "y")
    #expect(throws: StorageError.versionChanged) { _ = try tree.open(member) }
    #expect(try tree.firstChanged(of: listing.members[...]) == member)
  }
}
