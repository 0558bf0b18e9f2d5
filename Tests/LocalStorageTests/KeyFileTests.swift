import Storage
import Foundation
import HTTPSemantics
import Testing

@testable import LocalStorage

@Suite struct KeyFileTests {
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
