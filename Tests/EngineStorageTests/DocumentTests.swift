import EngineFixture
import EngineStorage
import PostgreSQLFixture
import Storage
import Synchronization
import Testing

@Suite(.enabled(if: hasDatabase))
struct DocumentTests {
  /// Another process of the host says that it has changed something, before the database has told of it.
  @Test func whatThisHostHasChangedIsNotTakenForCurrent() async throws {
    let changes = ChangeCount()
    let engine = try await EngineUnderTest()
    let documents = await engine.documents(
      countingIn: HostChangeCount(value: { changes.value }, advance: { changes.advance() }))
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

private final class ChangeCount: Sendable {
  private let count = Atomic<UInt64>(0)

  var value: UInt64 { count.load(ordering: .sequentiallyConsistent) }

  func advance() { count.add(1, ordering: .sequentiallyConsistent) }
}
