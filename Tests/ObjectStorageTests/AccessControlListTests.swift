import Testing

@testable import ObjectStorage

@Suite struct AccessControlListTests {
  private let owner = Caller.account(name: "owner", policy: nil)
  private let other = Caller.account(name: "other", policy: nil)

  @Test func cannedListsLetInWhomTheyName() {
    #expect(!allows(.canned(.private), other))
    #expect(allows(.canned(.publicRead), .anonymous))
    #expect(!allows(.canned(.authenticatedRead), .anonymous))
    #expect(allows(.canned(.authenticatedRead), other))
  }

  @Test func grantsSurviveBeingKept() {
    let list = AccessControlList.grants([
      .init(grantee: .everybody, permission: .read),
      .init(grantee: .account(Caller.canonicalID("other")), permission: .fullControl),
    ])
    #expect(AccessControlList(text: list.text) == list)
    #expect(AccessControlList(text: AccessControlList.grants([]).text) == .grants([]))
    #expect(AccessControlList(text: "public-read") == .canned(.publicRead))
  }

  @Test func ownerMayAlwaysMendTheList() {
    let empty = AccessControlList.grants([])
    #expect(empty.allows("s3:PutObjectAcl", on: .object, to: owner, owner: "owner", bucketOwner: "owner"))
    #expect(!empty.allows("s3:GetObject", on: .object, to: other, owner: "owner", bucketOwner: "owner"))
  }

  private func allows(_ list: AccessControlList, _ caller: Caller) -> Bool {
    list.allows("s3:GetObject", on: .object, to: caller, owner: "owner", bucketOwner: "owner")
  }
}
