import Testing

@testable import PostgreSQL

struct SQLStateTests {
  @Test func onlyFailuresThatPassAreWorthAnotherTry() {
    for code in ["40001", "40P01", "57P01", "57P02", "57P03", "08006", "25006"] {
      #expect(PostgreSQLError.server(SQLState(code), "", constraint: nil).isWorthAnotherTry, "\(code)")
    }
    for code in ["23505", "42P01", "57014", "53100", "55P03", "22021"] {
      #expect(!PostgreSQLError.server(SQLState(code), "", constraint: nil).isWorthAnotherTry, "\(code)")
    }
    #expect(!PostgreSQLError.busy.isWorthAnotherTry && !PostgreSQLError.away("").isWorthAnotherTry)
  }
}

struct BreakerTests {
  @Test func nobodyAsksAgainAtOnceAndThenOneDoes() {
    var breaker = Breaker(pauses: (100, 350))
    func answers(_ moments: UInt64...) -> [Bool] { moments.map { breaker.allows(at: $0) } }
    #expect(answers(0, 0) == [true, true])
    #expect(!breaker.isOpen)
    breaker.failed(at: 1_000, "gone")
    #expect(breaker.isOpen && breaker.reason == "gone")
    // One tries; the others wait for what comes of it.
    #expect(answers(1_000, 1_099, 1_100, 1_100, 9_000) == [false, false, true, false, false])
    breaker.failed(at: 2_000, "still")
    #expect(answers(2_199, 2_200) == [false, true])
    // The pause grows to its bound.
    breaker.failed(at: 3_000, "still")
    #expect(answers(3_349, 3_350) == [false, true])
    breaker.succeeded()
    #expect(!breaker.isOpen)
    #expect(answers(3_350, 3_350) == [true, true])
    breaker.failed(at: 4_000, "again")
    #expect(answers(4_099, 4_100) == [false, true])
  }
}
