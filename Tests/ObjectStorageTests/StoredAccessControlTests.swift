import S3Documents
import Testing

@testable import ObjectStorage

@Suite struct StoredAccessControlTests {
  @Test(arguments: [
    AccessControlFields.canned(.publicRead), .grants([]),
    .grants([
      Grant(.group(.allUsers), .read), Grant(.group(.authenticatedUsers), .readACP),
      Grant(.group(.logDelivery), .write), Grant(.account(id: "ab12", displayName: nil), .fullControl),
    ]),
  ])
  func listsSurviveBeingStored(_ list: AccessControlFields) {
    #expect(AccessControlFields(stored: list.stored) == list)
  }

  @Test func whatCannotBeReadGivesNothing() {
    #expect(AccessControlFields(stored: "READ") == .grants([]))
    #expect(AccessControlFields(stored: "ALL=everybody") == .grants([]))
  }

  @Test func accountsAreFoundByWhatListsCallThem() {
    let accounts = Accounts(["anna@example.org", "bob"])
    let anna = Owner(account: "anna@example.org")
    #expect(accounts[id: anna.id] == anna)
    #expect(accounts[id: "anna@example.org"] == nil)
    #expect(accounts.account(mail: "anna@example.org") == anna)
    #expect(accounts.account(mail: "bob") == nil)
    #expect(accounts.account(mail: "carl@example.org") == nil)
  }
}
