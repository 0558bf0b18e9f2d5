import Storage
import Database
import Foundation
import Testing

@testable import LocalStorage

@Suite struct RecoverableDatabaseTests {
  private let folder = TemporaryFolder()

  private func open(version: Int64, _ columns: String) throws -> RecoverableDatabase {
    try RecoverableDatabase(
      in: PrivateFolder(dataFolder: folder.path), named: "things",
      schema: .init(version: version, statements: ["CREATE TABLE things (\(columns))"]), log: { _ in })
  }

  private func insert(_ values: String, into database: RecoverableDatabase) throws {
    try database.transaction { (connection) throws(DatabaseError) in
      _ = try connection.execute("INSERT INTO things VALUES (\(values))")
    }
  }

  private func count(_ database: RecoverableDatabase) throws -> Int64? {
    try database.access { (connection) throws(DatabaseError) in
      try connection.first("SELECT count(*) FROM things") { $0.integer(0) }
    }
  }

  private var files: [String] { folder.files.filter { $0.hasSuffix(".db") } }

  @Test func twoProgramsWhoseTablesDifferWorkSideBySide() throws {
    let old = try open(version: 1, "name")
    try insert("'a'", into: old)
    let new = try open(version: 2, "name, uploader")
    try insert("'b', 'me'", into: new)
    try insert("'c'", into: old)
    #expect(try count(old) == 2)
    #expect(try count(new) == 1)
    #expect(files == [".vitrine/things-1.db", ".vitrine/things-2.db"])
  }

  @Test func aFileOfAnOlderProgramGoesWhenNobodyWritesToItAnyMore() throws {
    do { try insert("'a'", into: try open(version: 1, "name")) }
    do { _ = try open(version: 3, "name, uploader") }
    #expect(files == [".vitrine/things-1.db", ".vitrine/things-3.db"])
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSinceNow: -90_000)], ofItemAtPath: folder.path + "/.vitrine/things-1.db")
    _ = try open(version: 3, "name, uploader")
    #expect(files == [".vitrine/things-3.db"])
  }

  @Test func theFileOfTheFirstProgramsGoesToo() throws {
    let names = ["things.db", "things.db-wal", "things.db-shm", "others.db"]
    func age(_ name: String) throws {
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSinceNow: -90_000)], ofItemAtPath: folder.path + "/.vitrine/" + name)
    }
    for name in names { try folder.write([1], to: ".vitrine/" + name) }
    try age("things.db")
    try age("others.db")
    _ = try open(version: 2, "name")
    #expect(folder.files.contains(".vitrine/things.db"), "its log was written to")
    try age("things.db-wal")
    _ = try open(version: 2, "name")
    #expect(folder.files.filter { !$0.hasPrefix(".vitrine/things-2") } == [".vitrine/others.db"])
  }
}
