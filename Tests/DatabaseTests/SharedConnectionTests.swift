import Database
import Glibc
import Testing

@Suite struct SharedConnectionTests {
  private let folder = TemporaryFolder()
  private var path: String { "\(folder.path)/db" }

  private func open() throws -> SharedConnection {
    let database = try SharedConnection(path: path)
    try database.access { (connection) throws(DatabaseError) in
      try connection.execute("CREATE TABLE IF NOT EXISTS things (key TEXT PRIMARY KEY, value)")
    }
    return database
  }

  private func count(_ database: SharedConnection) throws -> Int64? {
    try database.access { (connection) throws(DatabaseError) in
      try connection.first("SELECT count(*) FROM things") { $0.integer(0) }
    }
  }

  /// A database in memory has none.
  @Test func databaseWithoutAWriteAheadLogIsRefused() {
    #expect(throws: DatabaseError.self) { try SharedConnection(path: ":memory:") }
  }

  @Test(arguments: [
    DatabaseValue.null, .integer(.min), .integer(.max), .integer(0), .text(""), .text("naïve 🖼\u{0}after zero"),
    .blob([]), .blob([0, 255, 0]),
  ])
  func everyKindOfValueComesBack(value: DatabaseValue) throws {
    let database = try open()
    let back = try database.access { (connection) throws(DatabaseError) in
      try connection.execute("INSERT INTO things VALUES ('k', ?1)", [value])
      return try connection.first("SELECT value, typeof(value) FROM things") { row -> DatabaseValue in
        switch row.text(1) {
        case "null": row.isNull(0) ? .null : .integer(-1)
        case "integer": .integer(row.integer(0))
        case "text": .text(row.text(0))
        default: .blob(row.bytes(0))
        }
      }
    }
    #expect(back == value)
  }

  @Test func rowsComeInOrderAndAgainFromTheSameStatement() throws {
    let database = try open()
    try database.transaction { (connection) throws(DatabaseError) in
      for number in 0..<5 {
        try connection.execute("INSERT INTO things VALUES (?1, ?2)", [.text("k\(number)"), .integer(Int64(number))])
      }
    }
    for lowest in [0, 3] {
      let keys = try database.access { (connection) throws(DatabaseError) in
        var keys: [String] = []
        try connection.query("SELECT key FROM things WHERE value >= ?1 ORDER BY key", [.integer(Int64(lowest))]) {
          keys.append($0.text(0))
        }
        return keys
      }
      #expect(keys == (lowest..<5).map { "k\($0)" })
    }
  }

  @Test func executeTellsHowManyRowsChanged() throws {
    let database = try open()
    try database.access { (connection) throws(DatabaseError) in
      #expect(try connection.execute("INSERT INTO things VALUES ('a', 1), ('b', 2)") == 2)
      #expect(try connection.execute("DELETE FROM things WHERE key = 'z'") == 0)
    }
  }

  @Test func aTransactionThatThrowsLeavesNothing() throws {
    let database = try open()
    #expect(throws: DatabaseError.self) {
      try database.transaction { (connection) throws(DatabaseError) in
        try connection.execute("INSERT INTO things VALUES ('a', 1)")
        try connection.execute("INSERT INTO things VALUES ('a', 2)")
      }
    }
    #expect(try count(database) == 0)
    try database.transaction { (connection) throws(DatabaseError) in
      try connection.execute("INSERT INTO things VALUES ('a', 3)")
    }
    #expect(try count(database) == 1)
  }

  @Test func aBrokenRuleIsReportedWithItsExtendedCode() throws {
    let database = try open()
    let error = #expect(throws: DatabaseError.self) {
      try database.access { (connection) throws(DatabaseError) in
        try connection.execute("INSERT INTO things VALUES ('a', 1), ('a', 2)")
      }
    }
    #expect(error?.code == 19)
    #expect(error?.extendedCode == 1555)
    #expect(error?.message == "UNIQUE constraint failed: things.key")
    #expect(error?.isDamaged == false)
  }

  @Test(arguments: ["nonsense", "", "-- nothing but a comment"])
  func whatIsNoStatementIsAnError(sql: String) throws {
    let database = try open()
    #expect(throws: DatabaseError.self) {
      try database.access { (connection) throws(DatabaseError) in try connection.execute(sql) }
    }
  }

  @Test func manyThreadsShareOneConnectionAndManyConnectionsOneFile() async throws {
    _ = try open()
    let path = path
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<4 {
        let database = try SharedConnection(path: path)
        for thread in 0..<4 {
          group.addTask {
            for row in 0..<10 {
              try database.transaction { (connection) throws(DatabaseError) in
                let key = "\(number)/\(thread)/\(row)"
                try connection.execute("INSERT INTO things VALUES (?1, NULL)", [.text(key)])
              }
            }
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(try count(open()) == 160)
  }

  @Test func aNewFileMayBeOpenedByManyAtOnce() async throws {
    let path = path
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<8 {
        group.addTask {
          let database = try SharedConnection(path: path)
          try database.transaction { (connection) throws(DatabaseError) in
            try connection.execute("CREATE TABLE IF NOT EXISTS things (key)")
          }
        }
      }
      try await group.waitForAll()
    }
  }

  @Test func aLockedFileIsBusyAfterTheTimeout() throws {
    let one = try open()
    let other = try SharedConnection(path: path, busyTimeout: 20)
    try one.transaction { (connection) throws(DatabaseError) in
      try connection.execute("INSERT INTO things VALUES ('a', 1)")
      let error = #expect(throws: DatabaseError.self) {
        try other.transaction { (_) throws(DatabaseError) in }
      }
      #expect(error?.isBusy == true)
    }
  }

  @Test func aFileThatIsNoDatabaseIsReportedAsDamaged() throws {
    let file = try #require(fopen(path, "w"))
    fputs(String(repeating: "this is no database. ", count: 500), file)
    fclose(file)
    let error = #expect(throws: DatabaseError.self) { try SharedConnection(path: path) }
    #expect(error?.isDamaged == true)
  }

  @Test func aFileWithoutAPlaceIsReportedAsSuch() throws {
    let error = #expect(throws: DatabaseError.self) { try SharedConnection(path: "\(folder.path)/none/db") }
    #expect(error?.code == 14)
    #expect(error?.isDamaged == false)
  }

  @Test func aFileThatWasReplacedIsNoticed() throws {
    let database = try open()
    #expect(!database.fileHasMoved)
    rename(path, "\(folder.path)/other")
    #expect(database.fileHasMoved)
    _ = try open()
    #expect(database.fileHasMoved)
  }
}
