import Storage
import Posix
import Testing

@testable import LocalStorage

@Suite struct AccessKeyStoreTests {
  private let folder = TemporaryFolder()

  private func store() throws -> AccessKeyStore {
    let store = AccessKeyStore(in: try PrivateFolder(dataFolder: folder.path))
    try store.add(key())
    return store
  }

  private func key() -> AccessKey {
    AccessKey(name: "anna", secret: "sesame-sesame", policy: nil, created: Timestamp(seconds: 1))
  }

  @Test func sessionsOfAKeyThatWasDisabledAreOverForGood() throws {
    let store = try store()
    let before = try store.key("anna")?.sessionBinding
    try store.update("anna") { $0.isDisabled = true }
    try store.update("anna") { $0.isDisabled = false }
    #expect(try store.key("anna")?.sessionBinding != before)
  }

  @Test func sessionsOfAnEarlierSecretAreOverForGood() throws {
    let store = try store()
    let before = try store.key("anna")?.sessionBinding
    try store.update("anna") { $0.secret = "another-secret" }
    try store.update("anna") { $0.secret = "sesame-sesame" }
    #expect(try store.key("anna")?.sessionBinding != before)
  }

  @Test func keyThatIsMadeAgainHasNoneOfItsSessions() throws {
    let store = try store()
    let before = try store.key("anna")?.sessionBinding
    try store.remove("anna")
    try store.add(key())
    #expect(try store.key("anna")?.sessionBinding != before)
  }

  @Test func sessionsOutliveWhatDoesNotConcernThem() throws {
    let store = try store()
    let before = try store.key("anna")?.sessionBinding
    try store.update("anna") { $0.policy = "{}" }
    let other = AccessKeyStore(in: try PrivateFolder(dataFolder: folder.path))
    #expect(try other.key("anna")?.sessionBinding == before)
  }
}
