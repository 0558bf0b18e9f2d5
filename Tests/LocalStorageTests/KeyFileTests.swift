import Storage
import Foundation
import HTTPSemantics
import Testing

@testable import LocalStorage

@Suite struct KeyFileTests {
  private func keys(_ text: String) throws -> (AccessKeyStore, TemporaryFolder) {
    let folder = TemporaryFolder()
    let keys = AccessKeyStore(in: try PrivateFolder(dataFolder: folder.path))
    try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder.path)/.vitrine/keys.json"))
    return (keys, folder)
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
  func aDamagedFileIsNeitherNoKeyNorNoPolicy(_ text: String) throws {
    let (keys, folder) = try keys(text)
    #expect(throws: StoreError.self) { try keys.key("a") }
    #expect(throws: StoreError.self) { try keys.all() }
    #expect(throws: StoreError.self) { try keys.remove("a") }
    withExtendedLifetime(folder) {}
  }

  @Test func keysOfEarlierVersionsAreRead() throws {
    let (keys, folder) = try keys(#"{"v":1,"keys":[{"name":"abc","secret":"s","policy":null,"created":1}]}"#)
    let key = try #require(try keys.key("abc"))
    #expect(key.policy == nil && !key.isDisabled)
    withExtendedLifetime(folder) {}
  }

  @Test(arguments: [
    #"{"owner":"o","created":1,"documents":{"policy":{}}}"#, #"{"owner":"o","created":1,"documents":[]}"#,
    #"{"owner":"o","created":1,"documents":{"policy":"a","policy":"b"}}"#, #"{"owner":"o","created":1,"acl":7}"#,
    #"{"owner":"o","created":1,"location":{}}"#,
  ])
  func settingsOfABucketThatAreDamagedAreNotFewerSettings(_ text: String) throws {
    guard let json = try? JSONParser.parse(Array(text.utf8)) else { return }
    #expect(BucketConfiguration(json) == nil)
  }

  @Test func halvesOfSecretFilesAreSweptAndNothingElse() throws {
    let folder = TemporaryFolder()
    let privateFolder = try PrivateFolder(dataFolder: folder.path)
    let halves = [".keys.json.0123456789abcdef", ".secret.0123456789abcdef", ".secret-0123456789abcdef"]
    let others = [
      "secret", "keys.json", ".keys.json", ".keys.json.0123456789abcdeg", "keys.json.0123456789abcdef", ".note",
    ]
    for name in halves + others {
      try Data("x".utf8).write(to: URL(fileURLWithPath: "\(folder.path)/.vitrine/\(name)"))
    }
    try privateFolder.removeAbandoned()
    let left = try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/.vitrine")
    #expect(Set(left) == Set(others))
  }
}
