import Storage
import Foundation
import Posix
import Testing

@testable import LocalStorage

@Suite struct EndedSessionsTests {
  private let folder = TemporaryFolder()

  @Test func everyProcessKnowsUntilTheirTimeComes() throws {
    let one = EndedSessions(in: try PrivateFolder(dataFolder: folder.path))
    let other = EndedSessions(in: try PrivateFolder(dataFolder: folder.path))
    #expect(try other.contains("a", of: "anna", expires: 100) == false)
    try one.add("a", of: "anna", expires: 100, now: 10)
    #expect(try other.contains("a", of: "anna", expires: 100))
    try one.add("b", of: "anna", expires: 300, now: 200)
    #expect(try other.contains("a", of: "anna", expires: 100) == false)
    #expect(try other.contains("b", of: "anna", expires: 300))
  }

  @Test func whatWasEndedStaysEndedHoweverManyFollow() throws {
    let sessions = EndedSessions(in: try PrivateFolder(dataFolder: folder.path))
    let all = (0..<Int64(3 * EndedSessions.capacity)).map { (nonce: "n\($0)", expires: 1_000 + $0) }
    for (nonce, expires) in all { try sessions.add(nonce, of: "anna", expires: expires, now: 10) }
    for (nonce, expires) in all { #expect(try sessions.contains(nonce, of: "anna", expires: expires)) }
    // One that was begun after them goes on.
    #expect(try sessions.contains("new", of: "anna", expires: 5_000) == false)
    let size = try FileDescriptor.open("\(folder.path)/.vitrine/ended-sessions.json", .readOnly).status().size
    #expect(size < UInt64(EndedSessions.capacity * 40))
  }

  @Test func accountThatFillsItsListTouchesNoOther() throws {
    let sessions = EndedSessions(in: try PrivateFolder(dataFolder: folder.path))
    try sessions.add("kept", of: "operator", expires: 100, now: 10)
    for number in 0..<(2 * EndedSessions.capacity) {
      try sessions.add("n\(number)", of: "mallory", expires: 1_000 + Int64(number), now: 10)
    }
    #expect(try sessions.contains("kept", of: "operator", expires: 100))
    #expect(try sessions.contains("going on", of: "operator", expires: 900) == false)
  }

  @Test func listOfAnEarlierVersionCounts() throws {
    let folder = try PrivateFolder(dataFolder: folder.path)
    try FileDescriptor.open("\(self.folder.path)/.vitrine/ended-sessions.json", [.writeOnly, .create], mode: 0o600)
      .writeAll(Array(#"{"v":1,"ended":{"old":100}}"#.utf8))
    let sessions = EndedSessions(in: folder)
    #expect(try sessions.contains("old", of: "anna", expires: 100))
    try sessions.add("new", of: "anna", expires: 200, now: 50)
    #expect(try sessions.contains("old", of: "anna", expires: 100))
    #expect(try sessions.contains("old", of: "boris", expires: 100))
    #expect(try sessions.contains("new", of: "boris", expires: 200) == false)
  }

  @Test func damagedFileIsAnErrorAndNoEmptyList() throws {
    let folder = try PrivateFolder(dataFolder: folder.path)
    let sessions = EndedSessions(in: folder)
    try sessions.add("a", of: "anna", expires: 100, now: 10)
    try FileDescriptor.open("\(self.folder.path)/.vitrine/ended-sessions.json", [.writeOnly])
      .writeAll(Array("nonsense".utf8))
    #expect(throws: StoreError.self) { try sessions.contains("a", of: "anna", expires: 100) }
    #expect(throws: StoreError.self) { try sessions.add("b", of: "anna", expires: 100, now: 10) }
  }

  @Test func fileThatCannotBeLookedAtIsAnErrorAndNoEmptyList() async {
    // The user is the process's; root may look at everything.
    await #expect(processExitsWith: .success) {
      if ProcessControl.isRoot { try #require(seteuid(65_534) == 0) }
      let folder = TemporaryFolder()
      let sessions = EndedSessions(in: try PrivateFolder(dataFolder: folder.path))
      chmod(folder.path + "/.vitrine", 0o600)
      defer { chmod(folder.path + "/.vitrine", 0o700) }
      #expect(throws: StoreError.self) { try sessions.contains("a", of: "anna", expires: 100) }
    }
  }
}
