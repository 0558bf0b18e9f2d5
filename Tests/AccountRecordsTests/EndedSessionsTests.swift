import MemoryStorage
import Posix
import Storage
import Testing

@testable import AccountRecords

@Suite struct EndedSessionsTests {
  private let documents = MemoryDocumentStore()
  private var sessions: EndedSessions { EndedSessions(in: documents) }

  private func isEnded(_ nonce: String, of account: String = "anna", expires: Int64) async throws -> Bool {
    try await sessions.read().contains(nonce, of: account, expires: expires)
  }

  @Test func everyProcessKnowsUntilTheirTimeComes() async throws {
    let other = sessions
    #expect(try await !other.read().contains("a", of: "anna", expires: 100))
    try await sessions.add("a", of: "anna", expires: 100, now: 10)
    #expect(other.snapshot == nil)
    #expect(try await other.read().contains("a", of: "anna", expires: 100))
    #expect(try other.snapshot?.contains("a", of: "anna", expires: 100) == true)
    try await sessions.add("b", of: "anna", expires: 300, now: 200)
    #expect(try await !other.read().contains("a", of: "anna", expires: 100))
    #expect(try await other.read().contains("b", of: "anna", expires: 300))
  }

  @Test func whatWasEndedStaysEndedHoweverManyFollow() async throws {
    let all = (0..<Int64(8 * EndedSessions.capacity)).map { (nonce: "n\($0)", expires: 1_000 + $0) }
    for (nonce, expires) in all { try await sessions.add(nonce, of: "anna", expires: expires, now: 10) }
    for (nonce, expires) in all { #expect(try await isEnded(nonce, expires: expires)) }
    // One that was begun after them goes on.
    #expect(try await !isEnded("new", expires: 5_000))
    let document = try #require(try await documents.document("ended-sessions.json"))
    #expect(document.bytes.count < EndedSessions.capacity * 40)
  }

  @Test func accountThatFillsItsListTouchesNoOther() async throws {
    try await sessions.add("kept", of: "operator", expires: 100, now: 10)
    for number in 0..<(2 * EndedSessions.capacity) {
      try await sessions.add("n\(number)", of: "mallory", expires: 1_000 + Int64(number), now: 10)
    }
    #expect(try await isEnded("kept", of: "operator", expires: 100))
    #expect(try await !isEnded("going on", of: "operator", expires: 900))
  }

  @Test func listOfAnEarlierVersionCounts() async throws {
    _ = try await documents.replace("ended-sessions.json", nil, with: Array(#"{"v":1,"ended":{"old":100}}"#.utf8))
    #expect(try await isEnded("old", expires: 100))
    try await sessions.add("new", of: "anna", expires: 200, now: 50)
    #expect(try await isEnded("old", expires: 100))
    #expect(try await isEnded("old", of: "boris", expires: 100))
    #expect(try await !isEnded("new", of: "boris", expires: 200))
  }

  @Test func damagedDocumentIsAnErrorAndNoEmptyList() async throws {
    _ = try await documents.replace("ended-sessions.json", nil, with: Array("nonsense".utf8))
    await #expect(throws: StorageError.self) { _ = try await isEnded("a", expires: 100) }
    await #expect(throws: StorageError.self) { try await sessions.add("b", of: "anna", expires: 100, now: 10) }
  }
}
