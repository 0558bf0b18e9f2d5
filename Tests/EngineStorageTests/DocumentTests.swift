import EngineFixture
import EngineStorage
import PostgreSQLFixture
import Storage
import Testing

@Suite(.enabled(if: hasDatabase))
struct DocumentTests {
  /// Another process of the host says that it has changed something, before the database has told of it.
  @Test func whatThisHostHasChangedIsNotTakenForCurrent() async throws {
    let changes = ChangeCount()
    let engine = try await EngineUnderTest()
    let documents = await engine.documents(countingIn: changes.ofHost)
    let version = try await documents.replace("keys", nil, with: Array("{}".utf8))
    #expect(changes.value == 1)
    #expect(!documents.isCurrent("keys", version), "it was read, or made, before that change")
    #expect(try await documents.read("keys") { $0?.version } == version)
    #expect(documents.isCurrent("keys", version))
    changes.advance()
    #expect(!documents.isCurrent("keys", version))
    #expect(try await documents.read("keys") { $0?.version } == version)
    #expect(documents.isCurrent("keys", version))
  }
}
