import Storage
import Database
import Posix
import Synchronization
import Testing

@testable import LocalStorage

@Suite struct CombinedTransactionsTests {
  private let fixture = StoreFixture()

  /// A table of unique numbers. Its first transaction lasts until so many callers wait for the next one.
  private final class Numbers: Sendable {
    let connection: SharedConnection
    let callers = Atomic<Int>(0)
    let runs = Atomic<Int>(0)
    let expected: Int

    init(_ path: String, callers: Int) throws {
      expected = callers
      connection = try SharedConnection(path: path)
      try connection.access { (connection) throws(DatabaseError) in
        try connection.execute("CREATE TABLE numbers (number UNIQUE)")
      }
    }

    func run(_ change: CombinedTransactions.Change) throws(DatabaseError) {
      if runs.add(1, ordering: .relaxed).newValue == 1 {
        while callers.load(ordering: .relaxed) < expected { Clock.sleep(nanoseconds: 1_000_000) }
        // For the last of them to get from counting itself into the call.
        Clock.sleep(nanoseconds: 50_000_000)
      }
      try connection.transaction(change)
    }

    func stored() throws -> [Int64] {
      try connection.access { (connection) throws(DatabaseError) in
        var found: [Int64] = []
        try connection.query("SELECT number FROM numbers ORDER BY number") { found.append($0.integer(0)) }
        return found
      }
    }
  }

  private static func insertion(of number: Int) -> CombinedTransactions.Change {
    { (connection) throws(DatabaseError) in
      try connection.execute("INSERT INTO numbers VALUES (?1)", [.integer(Int64(number))])
    }
  }

  /// Stores numbers from a thread each, all at once.
  /// - Returns: those that were refused.
  private func store(_ given: [Int], in numbers: Numbers) throws -> [Int] {
    let combined = CombinedTransactions { (change) throws(DatabaseError) in try numbers.run(change) }
    let refused = Mutex<[Int]>([])
    var threads: [JoinedThread] = []
    for number in given {
      threads.append(
        try JoinedThread {
          numbers.callers.add(1, ordering: .relaxed)
          do throws(DatabaseError) {
            try combined(Self.insertion(of: number))
          } catch {
            refused.withLock { $0.append(number) }
          }
        })
    }
    for thread in threads { thread.join() }
    return refused.withLock { $0 }
  }

  @Test func changesThatComeDuringATransactionShareTheNext() throws {
    let numbers = try Numbers(fixture.data + "/db", callers: 16)
    #expect(try store(Array(0..<16), in: numbers).isEmpty)
    #expect(try numbers.stored() == Array(0..<16))
    #expect((2...3).contains(numbers.runs.load(ordering: .relaxed)))
  }

  @Test func aChangeThatFailsDoesNotTakeOthersAlong() throws {
    let numbers = try Numbers(fixture.data + "/db", callers: 8)
    #expect(try store([0, 1, 2, 3, 3, 4, 5, 6], in: numbers) == [3])
    #expect(try numbers.stored() == Array(0..<7))
  }

  @Test func aThreadThatWritesAloneIsNotHeldUp() throws {
    let numbers = try Numbers(fixture.data + "/db", callers: 0)
    let combined = CombinedTransactions { (change) throws(DatabaseError) in try numbers.run(change) }
    for number in 0..<5 { try combined(Self.insertion(of: number)) }
    #expect(throws: DatabaseError.self) { try combined(Self.insertion(of: 2)) }
    #expect(try numbers.stored() == Array(0..<5))
    #expect(numbers.runs.load(ordering: .relaxed) == 6)
  }
}
