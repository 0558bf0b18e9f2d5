@testable import DurableFiles
import Storage
import Posix
import Testing

@testable import LocalStorage

@Suite struct RecordJournalTests {
  private let folder = TemporaryFolder()

  private func journal(_ owner: OwnerIdentity = .current()) throws -> RecordJournal {
    try RecordJournal(in: folder.path + "/journals", owner: owner)
  }

  private func content(_ number: Int) -> [UInt8] { Array("record \(number)".utf8) }

  @Test func whatIsUnderWayIsThereForOthersAndNotForItself() throws {
    let (own, other) = (try journal(StoreFixture.deadOwner), try journal())
    let number = try own.add(content(1))
    #expect(try own.others().isEmpty)
    let found = try #require(try other.others().first)
    #expect(found.owner == StoreFixture.deadOwner)
    #expect(found.records == [.init(number: number, content: content(1))])
    try other.discard(found)
    try other.discard(found)
    #expect(try other.others().isEmpty)
  }

  @Test func thoseOfTheDeadAreAbandonedAndThoseOfTheLivingAreNot() throws {
    let (dead, living, reader) = (try journal(StoreFixture.deadOwner), try journal(), try journal())
    _ = try dead.add(content(1))
    _ = try living.add(content(2))
    #expect(try reader.others().count == 2)
    let abandoned = try reader.abandoned(boot: OwnerIdentity.currentBoot())
    #expect(abandoned.map { $0.records.map(\.content) } == [[content(1)]])
    #expect(try reader.abandoned(boot: "another").count == 2)
  }

  @Test func aJournalWithoutRecordsIsNoFile() throws {
    let journal = try journal()
    #expect(folder.files.isEmpty)
    journal.remove([try journal.add(content(1))])
    #expect(try folder.files.map { try folder.read($0) } == [[]])
  }

  @Test func aLongJournalKeepsWhatIsUnderWay() throws {
    let (own, other) = (try journal(), try journal())
    let first = try own.add(content(-1))
    for number in 0..<5_000 { own.remove([try own.add(content(number))]) }
    #expect(try folder.files.map { try folder.read($0).count }.max() ?? 0 < 20_000)
    #expect(try other.others().flatMap(\.records).contains(.init(number: first, content: content(-1))))
  }

  @Test func noTwoRecordsHaveTheSameNumber() throws {
    let journal = try journal()
    var numbers: Set<UInt64> = []
    for _ in 0..<100 {
      let number = try journal.add(content(1))
      #expect(numbers.insert(number).inserted)
      journal.remove([number])
    }
  }

  @Test func aRecordThatWasNotWrittenToItsEndCountsForNothing() {
    let bytes = Array("7 first\u{0}12 se cond\u{0}".utf8)
    let records = [RecordJournal.Record(number: 7, content: Array("first".utf8))]
    for count in 0...bytes.count {
      let expected = count == bytes.count ? 2 : count >= 8 ? 1 : 0
      #expect(RecordJournal.records(Array(bytes[..<count])).count == expected)
    }
    #expect(RecordJournal.records(Array(bytes[..<8])) == records)
    #expect(RecordJournal.records(bytes).last?.content == Array("se cond".utf8))
  }

  @Test(arguments: ["", "\u{0}", " \u{0}", "x y\u{0}", "-1 y\u{0}", "99999999999999999999 y\u{0}", "1\u{0}"])
  func whatIsNoRecordIsPassedOver(text: String) {
    #expect(RecordJournal.records(Array(text.utf8)).isEmpty)
  }
}
