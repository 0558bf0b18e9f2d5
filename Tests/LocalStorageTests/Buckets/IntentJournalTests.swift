@testable import DurableFiles
import Storage
import Posix
import Testing

@testable import LocalStorage

struct IntentJournalTests {
  private typealias Intent = IntentJournal.Intent

  private let folder = TemporaryFolder()
  private let gone = OwnerIdentity(boot: "another", process: 1, start: 1)

  private func journal(of owner: OwnerIdentity) throws -> IntentJournal {
    try IntentJournal(in: PrivateFolder(dataFolder: folder.path), owner: owner)
  }

  private func key(_ number: Int) -> [UInt8] { Array("key \(number)".utf8) }

  /// What somebody else finds in the journals of those that are gone.
  private func found() throws -> Set<Intent> {
    var found: Set<Intent> = []
    try journal(of: .current()).settleAbandoned(
      boot: OwnerIdentity.currentBoot(), log: { Issue.record("\($0)") }, { found.insert($0) })
    return found
  }

  @Test func whatIsUnderWayIsFoundWhenItsProcessIsGone() throws {
    let journal = try journal(of: gone)
    let intent = Intent(bucket: "photos1", key: key(1))
    try journal.withIntent(intent) { () throws(StorageError) in
      #expect((try? found()) == [intent])
    }
  }

  @Test func whatHasEndedIsForgotten() throws {
    let journal = try journal(of: gone)
    for number in 0..<10 { try journal.withIntent(Intent(bucket: "photos1", key: key(number))) {} }
    #expect(try found().isEmpty)
  }

  @Test func whatFailedInTheStoreIsStillToBeSettled() throws {
    let journal = try journal(of: gone)
    let intents = (0..<3).map { Intent(bucket: "photos1", key: key($0)) }
    for intent in intents + intents { fail(intent, .full, in: journal) }
    #expect(try found() == Set(intents))
  }

  @Test func whatWasRefusedIsForgotten() throws {
    let journal = try journal(of: gone)
    fail(Intent(bucket: "photos1", key: key(1)), .preconditionFailed, in: journal)
    #expect(try found().isEmpty)
  }

  @Test func whatFailedIsSettledOneByOneAsFarAsItCanBe() throws {
    let journal = try journal(of: gone)
    let intents = (0..<3).map { Intent(bucket: "photos1", key: key($0)) }
    for intent in intents { fail(intent, .full, in: journal) }
    var settled: [Intent] = []
    for _ in 0..<8 {
      journal.settleFailed { (intent) throws(StorageError) in
        if intent == intents[1] { throw .full }
        settled.append(intent)
      }
    }
    #expect(settled == [intents[0], intents[2]])
    #expect(try found().contains(intents[1]))
  }

  @Test func aStoreThatKeepsFailingDoesNotMakeTheJournalGrow() throws {
    let journal = try journal(of: gone)
    for number in 0..<3_000 { fail(Intent(bucket: "photos1", key: key(number)), .full, in: journal) }
    let size = folder.files.filter { $0.contains("intents/") }.compactMap { try? folder.read($0).count }.max()
    #expect((size ?? 0) < 60_000)
    #expect(try found().isSuperset(of: (2_000..<3_000).map { Intent(bucket: "photos1", key: key($0)) }))
  }

  private func fail(_ intent: Intent, _ error: StorageError, in journal: IntentJournal) {
    #expect(throws: error) { try journal.withIntent(intent) { () throws(StorageError) in throw error } }
  }

  @Test func whatCannotBeSettledKeepsItsJournalButNotTheOthers() throws {
    let gone = try journal(of: gone)
    let intents = (0..<9).map { Intent(bucket: "photos1", key: key($0)) }
    for intent in intents { fail(intent, .full, in: gone) }
    let journal = try journal(of: .current())
    for _ in 0..<2 {
      var (settled, reported): (Set<Intent>, [String]) = ([], [])
      try journal.settleAbandoned(boot: OwnerIdentity.currentBoot(), log: { reported.append($0) }) {
        (intent) throws(StorageError) in
        if [intents[3], intents[5]].contains(intent) { throw .full }
        settled.insert(intent)
      }
      #expect(settled == Set(intents).subtracting([intents[3], intents[5]]))
      #expect(reported.count == 1 && reported[0].hasPrefix("2 of 9 changes"), "\(reported)")
    }
    #expect(try found() == Set(intents), "all are found once more where nothing fails")
    #expect(try found().isEmpty)
  }

  @Test func workOfTheLivingIsLeftAlone() throws {
    let journal = try journal(of: .current())
    try journal.withIntent(Intent(bucket: "photos1", key: key(1))) { () throws(StorageError) in
      #expect((try? found().isEmpty) == true)
    }
  }
}
