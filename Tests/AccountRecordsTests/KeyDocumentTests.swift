import MemoryStorage
import Posix
import Storage
import Testing

@testable import AccountRecords

@Suite struct KeyDocumentTests {
  private func keys(_ text: String) async throws -> AccessKeyStore {
    let documents = MemoryDocumentStore()
    _ = try await documents.replace("keys.json", nil, with: Array(text.utf8))
    return AccessKeyStore(in: documents)
  }

  @Test(arguments: [
    "", "{}", "[]", #"{"keys":{}}"#, #"{"keys":[{"name":"a","secret":"s"}]}"#,
    #"{"keys":[{"name":"a","secret":"s","created":1,"policy":{}}]}"#,
    #"{"keys":[{"name":"a","secret":"s","created":1,"policy":false}]}"#,
    #"{"keys":[{"name":"a","secret":"s","created":1,"disabled":"true"}]}"#,
    #"{"keys":[{"name":"a","secret":"s","created":1,"disabled":1}]}"#,
    #"{"keys":[{"name":"a","secret":"s","created":1},{"name":"a","secret":"t","created":1}]}"#,
    #"{"keys":[{"name":"a","secret":"s","created":1},7]}"#,
  ])
  func aDamagedDocumentIsNeitherNoKeyNorNoPolicy(_ text: String) async throws {
    let keys = try await keys(text)
    await #expect(throws: StorageError.self) { _ = try await keys.key("a") }
    await #expect(throws: StorageError.self) { _ = try await keys.all() }
    await #expect(throws: StorageError.self) { _ = try await keys.remove("a") }
    // It is not read again for each request.
    #expect(throws: StorageError.self) { _ = try keys.snapshot?.all() }
    #expect(keys.snapshot != nil)
  }

  @Test func keysOfEarlierVersionsAreRead() async throws {
    let keys = try await keys(#"{"v":1,"keys":[{"name":"abc","secret":"s","policy":null,"created":1}]}"#)
    let key = try #require(try await keys.key("abc"))
    #expect(key.policy == nil && !key.isDisabled)
  }

  @Test func keysAreWrittenAsEarlierVersionsReadThem() async throws {
    let documents = MemoryDocumentStore()
    var key = AccessKey(name: "abc", secret: "s", policy: "{}", created: Timestamp(seconds: 1, nanoseconds: 5))
    key.isDisabled = true
    #expect(try await AccessKeyStore(in: documents).add(key))
    let text = try await documents.document("keys.json").map { String(decoding: $0.bytes, as: UTF8.self) }
    let members =
      #""name":"abc","secret":"s","policy":"{}","created":1000000005,"disabled":true,"epoch":"\#(key.epoch)""#
    #expect(text == #"{"v":1,"keys":[{\#(members)}]}"#)
  }
}
