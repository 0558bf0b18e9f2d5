import Storage
import Foundation
import HTTPSemantics
import Posix
import Testing

@testable import LocalStorage

@Suite struct SharedDocumentTests {
  private let folder = TemporaryFolder()
  private var path: String { folder.path + "/.vitrine/words.json" }

  private func document() throws -> SharedDocument<String> {
    SharedDocument(in: try PrivateFolder(dataFolder: folder.path), named: "words.json", empty: "") { json in
      json["word"]?.stringValue
    } encode: { word in
      ["word": .string(word)]
    }
  }

  /// What is known without a look at the disk; nil where the file has to be read.
  private func known(_ document: SharedDocument<String>) throws -> String? { try document.snapshot?.get() }

  private func write(_ text: String, _ path: String) throws {
    try text.write(toFile: path, atomically: false, encoding: .utf8)
  }

  @Test func nothingIsKnownBeforeItWasRead() throws {
    let document = try document()
    try document.change { $0 = "one" }
    #expect(try known(document) == nil)
    #expect(try document.current() == "one")
    #expect(try known(document) == "one")
  }

  @Test func ownChangeIsReadAgain() throws {
    let document = try document()
    try document.change { $0 = "one" }
    _ = try document.current()
    try document.change { $0 = "two" }
    #expect(try known(document) == nil)
    #expect(try document.current() == "two")
  }

  @Test func changeByAnotherProcessIsSeenAtOnce() throws {
    let (document, other) = (try document(), try document())
    try other.change { $0 = "zero" }
    for number in 1...200 {
      _ = try document.current()
      #expect(try known(document) != nil)
      try other.change { $0 = "\(number)" }
      #expect(try known(document) == nil)
      #expect(try document.current() == "\(number)")
    }
  }

  @Test func firstFileIsSeenAtOnceInAFolderThatHasJustChanged() throws {
    for number in 1...50 {
      let (document, other) = (try document(), try document())
      try write("", folder.path + "/.vitrine/other-\(number)")
      #expect(try document.current() == "")
      try other.change { $0 = "first" }
      #expect(try known(document) == nil)
      #expect(try document.current() == "first")
      try FileManager.default.removeItem(atPath: path)
    }
  }

  @Test func absenceIsKnownInAFolderThatHasNotChangedForAWhile() throws {
    let document = try document()
    Clock.sleep(nanoseconds: 150_000_000)
    #expect(try document.current() == "")
    #expect(try known(document) == "")
    try write("", folder.path + "/.vitrine/another")
    #expect(try known(document) == nil)
    #expect(try document.current() == "")
  }

  @Test(arguments: ["removed", "moved", "overwritten", "closed", "put back"])
  func everyOtherWayToChangeTheFileIsSeen(way: String) throws {
    let document = try document()
    try document.change { $0 = "one" }
    let backup = folder.path + "/backup.json"
    try FileManager.default.copyItem(atPath: path, toPath: backup)
    _ = try document.current()
    switch way {
    case "removed": try FileManager.default.removeItem(atPath: path)
    case "moved": try FileManager.default.moveItem(atPath: path, toPath: path + ".away")
    case "overwritten":
      let file = try FileDescriptor.open(path, [.writeOnly])
      try file.writeAll(Array(#"{"word":"two-two"}"#.utf8))
    case "closed": try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: path)
    default: #expect(rename(backup, path) == 0)
    }
    #expect(try known(document) == nil)
    if way == "overwritten" { #expect(try document.current() == "two-two") }
    if way == "removed" || way == "moved" { #expect(try document.current() == "") }
  }

  @Test func anotherNameOfTheFileDoesNotHideThatItWasReplaced() throws {
    let document = try document()
    try document.change { $0 = "one" }
    try FileManager.default.linkItem(atPath: path, toPath: path + ".link")
    _ = try document.current()
    #expect(try known(document) == "one")
    try document.change { $0 = "two" }
    #expect(try known(document) == nil)
    #expect(try document.current() == "two")
  }

  @Test func damageIsAnErrorForAsLongAsItLasts() throws {
    let document = try document()
    try write(#"{"word":"#, path)
    for _ in 1...2 { #expect(throws: StorageError.self) { try document.current() } }
    #expect(throws: StorageError.self) { try document.snapshot?.get() }
    #expect(document.snapshot != nil)
    try write(#"{"word":"mended"}"#, path)
    #expect(try document.current() == "mended")
  }

  @Test func fileThatCannotBeOpenedIsAnErrorAndNotAnEmptyOne() throws {
    let document = try document()
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    #expect(throws: StorageError.self) { try document.current() }
    #expect(document.snapshot == nil)
    try FileManager.default.removeItem(atPath: path)
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/nowhere")
    #expect(throws: StorageError.self) { try document.current() }
    #expect(document.snapshot == nil)
  }

  @Test func readersAndAWriterNeverSeeAnEarlierState() async throws {
    let (document, other) = (try document(), try document())
    try other.change { $0 = "0" }
    let done = SharedCounter()
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        for number in 1...300 {
          try other.change { $0 = "\(number)" }
          done.set(number)
        }
      }
      for _ in 0..<3 {
        group.addTask {
          while done.value < 300 {
            let promised = done.value
            let seen: String
            if let snapshot = document.snapshot { seen = try snapshot.get() } else { seen = try document.current() }
            #expect(Int(seen).map { $0 >= promised } == true, "\(seen) after \(promised)")
          }
        }
      }
      try await group.waitForAll()
    }
  }

  @Test func revalidationForgetsAFileThatHasLostItsName() throws {
    let document = try document()
    try document.change { $0 = "one" }
    _ = try document.current()
    document.revalidate()
    #expect(try known(document) == "one")
    try FileManager.default.removeItem(atPath: path)
    document.revalidate()
    #expect(document.snapshot == nil)
  }
}

/// A number that several threads read.
private final class SharedCounter: Sendable {
  private let number = Monitor(0)
  var value: Int { number.withLock { $0 } }
  func set(_ value: Int) { number.withLock { $0 = value } }
}
