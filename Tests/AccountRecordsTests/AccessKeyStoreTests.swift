import MemoryStorage
import Posix
import Storage
import Testing

@testable import AccountRecords

@Suite struct AccessKeyStoreTests {
  private let documents = MemoryDocumentStore()

  private func store() async throws -> AccessKeyStore {
    let store = AccessKeyStore(in: documents)
    #expect(try await store.add(key()))
    return store
  }

  private func key() -> AccessKey {
    AccessKey(name: "anna", secret: "sesame-sesame", policy: nil, created: Timestamp(seconds: 1))
  }

  @Test func keysAreKnownToOthersAtOnceAndWithoutReadingThemAgain() async throws {
    let store = AccessKeyStore(in: documents)
    let other = AccessKeyStore(in: documents)
    #expect(other.snapshot == nil)
    #expect(try await other.key("anna") == nil)
    #expect(try other.snapshot?.all().isEmpty == true)
    #expect(try await store.add(key()))
    #expect(other.snapshot == nil)
    #expect(try await other.key("anna")?.secret == "sesame-sesame")
    #expect(try other.snapshot?.key("anna")?.secret == "sesame-sesame")
    #expect(try await other.remove("anna"))
    #expect(try await store.all().isEmpty)
  }

  @Test func nameIsTakenOnceAndAMissingOneIsSaidToBeSo() async throws {
    let store = try await store()
    #expect(try await !store.add(AccessKey(name: "anna", secret: "another", policy: nil, created: Clock.now())))
    #expect(try await store.key("anna")?.secret == "sesame-sesame")
    #expect(try await !store.update("boris") { $0.isDisabled = true })
    #expect(try await !store.remove("boris"))
  }

  @Test func noKeyIsLostWhereSeveralAreAddedAtOnce() async throws {
    let stores = (0..<4).map { _ in AccessKeyStore(in: documents) }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<20 {
        group.addTask {
          let key = AccessKey(name: "key\(number)", secret: "secret", policy: nil, created: Timestamp(seconds: 1))
          let isNew = try await stores[number % 4].add(key)
          #expect(isNew)
        }
      }
      try await group.waitForAll()
    }
    #expect(try await stores[0].all().count == 20)
  }

  @Test func storageThatFailsIsAnErrorAndNotNoKey() async throws {
    let store = try await store()
    documents.faults.failAlways(.readDocument, with: .unavailable("no descriptors"))
    await #expect(throws: StorageError.unavailable("no descriptors")) { _ = try await store.key("anna") }
    #expect(store.snapshot == nil)
    documents.faults.clear()
    documents.faults.fail(.replaceDocument, with: .full)
    await #expect(throws: StorageError.full) { _ = try await store.remove("anna") }
    #expect(try await store.key("anna") != nil)
  }

  @Test func sessionsOfAKeyThatWasDisabledAreOverForGood() async throws {
    let store = try await store()
    let before = try await store.key("anna")?.sessionBinding
    #expect(try await store.update("anna") { $0.isDisabled = true })
    #expect(try await store.update("anna") { $0.isDisabled = false })
    #expect(try await store.key("anna")?.sessionBinding != before)
  }

  @Test func sessionsOfAnEarlierSecretAreOverForGood() async throws {
    let store = try await store()
    let before = try await store.key("anna")?.sessionBinding
    #expect(try await store.update("anna") { $0.secret = "another-secret" })
    #expect(try await store.update("anna") { $0.secret = "sesame-sesame" })
    #expect(try await store.key("anna")?.sessionBinding != before)
  }

  @Test func keyThatIsMadeAgainHasNoneOfItsSessions() async throws {
    let store = try await store()
    let before = try await store.key("anna")?.sessionBinding
    #expect(try await store.remove("anna"))
    #expect(try await store.add(key()))
    #expect(try await store.key("anna")?.sessionBinding != before)
  }

  @Test func secretHasEightBytesAtLeast() {
    #expect(AccessKey.isSecret("12345678") && AccessKey.isSecret("ééééé"))
    #expect(!AccessKey.isSecret("1234567") && !AccessKey.isSecret(""))
  }

  @Test func sessionsOutliveWhatDoesNotConcernThem() async throws {
    let store = try await store()
    let before = try await store.key("anna")?.sessionBinding
    #expect(try await store.update("anna") { $0.policy = "{}" })
    #expect(try await AccessKeyStore(in: documents).key("anna")?.sessionBinding == before)
  }
}
