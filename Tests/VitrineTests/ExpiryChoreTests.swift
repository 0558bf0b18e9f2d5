import Storage
import LocalStorage
import Journal
import Testing

@testable import Vitrine

struct ExpiryChoreTests {
  /// Pictures that are over, as a store would name them.
  private struct Pictures {
    var over: [StoredName]
    var stuck: Set<StoredName> = []
    var attempts = 0
    var questions = 0

    init(_ count: Int) {
      over = (0..<count).compactMap { StoredName("\($0).png") }
    }

    func first(_ limit: Int) -> [StoredName] { Array(over.prefix(limit)) }

    mutating func remove(_ name: StoredName) throws(StoreError) {
      attempts += 1
      if stuck.contains(name) { throw .storageFull }
      over.removeAll { $0 == name }
    }
  }

  private static let second: UInt64 = 1_000_000_000
  private var chore = ExpiryChore(log: OperatorLog(level: .error, style: .timestamp, output: nil))

  private mutating func run(_ pictures: inout Pictures, atSecond second: UInt64) {
    chore.run(at: second * Self.second) { (limit) throws(StoreError) in
      pictures.questions += 1
      return pictures.first(limit)
    } remove: { (name) throws(StoreError) in
      try pictures.remove(name)
    }
  }

  @Test(arguments: [0, 1, 99, 100, 101, 1_234]) mutating func allThatIsOverIsRemoved(count: Int) {
    var pictures = Pictures(count)
    run(&pictures, atSecond: 100)
    #expect(pictures.over.isEmpty && pictures.attempts == count)
  }

  @Test mutating func whatIsStuckKeepsNoOtherAndIsTriedAgainLater() {
    var pictures = Pictures(450)
    let stuck = pictures.first(150)
    pictures.stuck = Set(stuck)
    run(&pictures, atSecond: 100)
    #expect(pictures.over == stuck && pictures.attempts == 450)
    run(&pictures, atSecond: 101)
    #expect(pictures.attempts == 450, "it rests")
    pictures.stuck = []
    run(&pictures, atSecond: 111)
    #expect(pictures.over.isEmpty && pictures.attempts == 600)
  }

  @Test mutating func storeThatTakesNoRemovalIsNotTriedWithoutEnd() {
    var pictures = Pictures(5_000)
    pictures.stuck = Set(pictures.over)
    run(&pictures, atSecond: 100)
    #expect((1_000..<2_500).contains(pictures.attempts))
    let attempts = pictures.attempts
    run(&pictures, atSecond: 105)
    #expect(pictures.attempts == attempts)
    run(&pictures, atSecond: 120)
    #expect(pictures.attempts > attempts)
  }

  @Test mutating func storeThatDoesNotAnswerIsLeftAloneForAWhile() {
    var questions: [UInt64] = []
    for second in 100...125 as ClosedRange<UInt64> {
      chore.run(at: second * Self.second) { (_) throws(StoreError) in
        questions.append(second)
        throw .storageFull
      } remove: { _ in
      }
    }
    #expect(questions == [100, 110, 120])
  }
}
