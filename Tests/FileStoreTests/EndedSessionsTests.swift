import Foundation
import Posix
import Testing

@testable import FileStore

@Suite struct EndedSessionsTests {
  private let folder = TemporaryFolder()

  @Test func everyProcessKnowsUntilTheirTimeComes() throws {
    let one = EndedSessions(in: try PrivateFolder(dataFolder: folder.path))
    let other = EndedSessions(in: try PrivateFolder(dataFolder: folder.path))
    #expect(try other.contains("a") == false)
    try one.add("a", expires: 100, now: 10)
    #expect(try other.contains("a"))
    try one.add("b", expires: 300, now: 200)
    #expect(try other.contains("a") == false && other.contains("b"))
  }

  @Test func damagedFileIsAnErrorAndNoEmptyList() throws {
    let folder = try PrivateFolder(dataFolder: folder.path)
    let sessions = EndedSessions(in: folder)
    try sessions.add("a", expires: 100, now: 10)
    try FileDescriptor.open("\(self.folder.path)/.vitrine/ended-sessions.json", [.writeOnly])
      .writeAll(Array("nonsense".utf8))
    #expect(throws: StoreError.self) { try sessions.contains("a") }
    #expect(throws: StoreError.self) { try sessions.add("b", expires: 100, now: 10) }
  }

  @Test func fileThatCannotBeLookedAtIsAnErrorAndNoEmptyList() async {
    // The user is the process's; root may look at everything.
    await #expect(processExitsWith: .success) {
      if ProcessControl.isRoot { try #require(seteuid(65_534) == 0) }
      let folder = TemporaryFolder()
      let sessions = EndedSessions(in: try PrivateFolder(dataFolder: folder.path))
      chmod(folder.path + "/.vitrine", 0o600)
      defer { chmod(folder.path + "/.vitrine", 0o700) }
      #expect(throws: StoreError.self) { try sessions.contains("a") }
    }
  }
}
