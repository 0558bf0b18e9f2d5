import EventLoop
import LoopFixture
import PostgreSQL
import PostgreSQLFixture
import Testing

@Suite(.enabled(if: hasDatabase))
struct BatchTests {
  private static let echo = SQLStatement(
    "SELECT $1::bigint, $2::text, $3::bytea, $4::boolean, $5::bigint[], $6::text[]")
  private static let lengths = SQLStatement("SELECT octet_length(x)::bigint FROM unnest($1::bytea[]) x")
  private static let octets = SQLStatement("SELECT octet_length($1::bytea), $1::bytea")

  @Test func valuesComeBackAsTheyWere() async throws {
    try await TestLoop.run {
      let pool = try await ConnectionPool.ofSharedServer()
      let nothing = try #require(
        try await pool.run(Self.echo(.integer(nil), .text(nil), .bytes(nil), .boolean(nil), .integers([]), .texts([])))
          .first)
      for column in 0..<4 { #expect(nothing.isNull(column)) }
      #expect(try nothing.integers(4).isEmpty && nothing.texts(5).isEmpty)
      for number in [0, -1, 1, Int64.min, Int64.max, 1 << 40] {
        let row = try #require(
          try await pool.run(
            Self.echo(
              .integer(number), .text(""), .bytes([]), .boolean(false), .integers([number, -7]),
              .texts(["", "ü", "{,}\"\\"]))
          ).first)
        #expect(try row.integer(0) == number)
        #expect(try row.text(1) == "" && row.bytes(2) == [] && !row.boolean(3))
        #expect(try row.integers(4) == [number, -7] && row.texts(5) == ["", "ü", "{,}\"\\"])
      }
      let text = "'; DROP TABLE counts; -- $1 \\ \u{1f600}\n"
      let row = try #require(
        try await pool.run(
          Self.echo(.integer(1), .text(text), .bytes(Array(0...255)), .boolean(true), .integers([1]), .texts([text]))
        ).first)
      #expect(try row.text(1) == text && row.bytes(2) == Array(0...255) && row.boolean(3))
      let sizes = try await pool.run(Self.lengths(.byteArrays([[], [0], Array(repeating: 7, count: 1_000)])))
      #expect(try sizes.rows.map { try $0.integer(0) } == [0, 1, 1_000])
      pool.close()
    }
  }

  @Test func moreBytesThanASocketTakesAtOnceGoBothWays() async throws {
    try await TestLoop.run {
      let pool = try await ConnectionPool.ofSharedServer()
      let bytes = [UInt8](repeating: 0xa5, count: 8 << 20)
      let rows = try await pool.run([Self.octets(.bytes(bytes)), Self.octets(.bytes(bytes)), Self.octets(.bytes([]))])
      for row in rows[..<2] {
        #expect(try row.first?.integer(0) == Int64(bytes.count))
        #expect(try row.first?.bytes(1) == bytes)
      }
      #expect(try rows[2].first?.integer(0) == 0)
      pool.close()
    }
  }

  @Test func valuesOfAnotherKindThanExpectedAreErrors() async throws {
    try await TestLoop.run {
      let pool = try await ConnectionPool.ofSharedServer()
      let row = try #require(
        try await pool.run(
          Self.echo(.integer(nil), .text("x"), .bytes([0xff]), .boolean(true), .integers([1]), .texts(["a"]))
        ).first)
      #expect(throws: PostgreSQLError.self) { try row.integer(0) }
      #expect(throws: PostgreSQLError.self) { try row.integer(1) }
      #expect(throws: PostgreSQLError.self) { try row.text(2) }
      #expect(throws: PostgreSQLError.self) { try row.texts(2) }
      #expect(throws: PostgreSQLError.self) { try row.bytes(9) }
      pool.close()
    }
  }

  @Test func aBatchIsDoneAsAWholeOrNotAtAll() async throws {
    try await TestLoop.run {
      let pool = try await ConnectionPool.ofSharedServer()
      _ = try await pool.run([Counting.makeTable()], isReading: false)
      let error = await failure { () throws(PostgreSQLError) in
        try await pool.run(
          [
            Counting.insert(.integer(1), .text("a")), Counting.insert(.integer(1), .text("b")),
            Counting.insert(.integer(2), .text("c")),
          ], isReading: false)
      }
      guard case .server(.uniqueViolation, let words, let constraint)? = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(constraint == "counts_pkey" && words.contains("counts_pkey"))
      #expect(try await pool.count() == 0)
      // The connection goes on, also with the statement that was prepared when the batch failed.
      let rows = try await pool.run([Counting.insert(.integer(1), .text("a"))], isReading: false)
      #expect(rows[0].affected == 1)
      #expect(try await pool.count() == 1)
      #expect(pool.status.counts.connections == 1)
      pool.close()
    }
  }

  @Test func aStatementThatTakesTooLongIsEndedByTheServer() async throws {
    try await TestLoop.run {
      var limits = DatabaseLimits()
      limits.statementSeconds = 0.2
      limits.answerSeconds = 60
      let pool = try await ConnectionPool.ofSharedServer(limits)
      let error = await failure { () throws(PostgreSQLError) in try await pool.run(Counting.sleep(.integer(30_000))) }
      #expect(error?.state == .queryCanceled)
      #expect(try await pool.run(Counting.one()).count == 1)
      #expect(pool.status.counts.connections == 1)
      pool.close()
    }
  }
}
