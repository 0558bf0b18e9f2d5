import EventLoop
import Foundation
import Posix
import Storage
import Testing

@testable import LocalStorage

/// What a storage of documents is asked for besides the contract: the files.
@Suite struct LocalDocumentStoreTests {
  private let folder = TemporaryFolder()
  private var path: String { folder.path + "/.vitrine/a.json" }

  private func store(_ folder: TemporaryFolder) throws -> LocalDocumentStore {
    LocalDocumentStore(
      in: try PrivateFolder(dataFolder: folder.path), pool: BlockingPool(name: "documents", limit: 2))
  }

  @Test func documentIsAFileThatNobodyElseReads() async throws {
    let store = try store(folder)
    _ = try await store.replace("a.json", nil, with: Array("{}".utf8))
    #expect(try folder.read(".vitrine/a.json") == Array("{}".utf8))
    #expect(try fileStatus(atPath: path).mode & 0o777 == 0o600)
    #expect(folder.files.filter { $0.hasPrefix(".vitrine/") } == [".vitrine/a.json"])
  }

  @Test func fileThatSomebodyElseReplacesIsAnotherVersion() async throws {
    let store = try store(folder)
    let version = try await store.replace("a.json", nil, with: Array("one".utf8))
    _ = try await store.document("a.json")
    #expect(store.isCurrent("a.json", version))
    try "two".write(toFile: path, atomically: true, encoding: .utf8)
    #expect(!store.isCurrent("a.json", version))
    await #expect(throws: StorageError.conflict) { _ = try await store.replace("a.json", version, with: []) }
    #expect(try await store.document("a.json")?.bytes == Array("two".utf8))
  }

  @Test func fileThatCannotBeOpenedIsAnErrorAndNotAMissingOne() async throws {
    let store = try store(folder)
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    await #expect(throws: StorageError.self) { _ = try await store.document("a.json") }
    await #expect(throws: StorageError.self) { _ = try await store.replace("a.json", nil, with: []) }
    try FileManager.default.removeItem(atPath: path)
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/nowhere")
    await #expect(throws: StorageError.self) { _ = try await store.document("a.json") }
    #expect(!store.isCurrent("a.json", nil))
  }

  @Test func fileThatCannotBeLookedAtIsAnErrorAndNotAMissingOne() async {
    // The user is the process's; root may look at everything.
    await #expect(processExitsWith: .success) {
      if ProcessControl.isRoot { try #require(seteuid(65_534) == 0) }
      let folder = TemporaryFolder()
      let store = LocalDocumentStore(
        in: try PrivateFolder(dataFolder: folder.path), pool: BlockingPool(name: "documents", limit: 2))
      chmod(folder.path + "/.vitrine", 0o600)
      defer { chmod(folder.path + "/.vitrine", 0o700) }
      await #expect(throws: StorageError.self) { _ = try await store.document("a.json") }
      #expect(!store.isCurrent("a.json", nil))
    }
  }

  @Test func leaseOfAFileThatWasRemovedIsLost() async throws {
    let privateFolder = try PrivateFolder(dataFolder: folder.path)
    let pool = BlockingPool(name: "leases", limit: 2)
    let first = LocalLease("chores", in: privateFolder, pool: pool)
    let second = LocalLease("chores", in: privateFolder, pool: pool)
    #expect(try await first.take())
    try FileManager.default.removeItem(atPath: folder.path + "/.vitrine/chores.lock")
    #expect(await !first.isHeld())
    #expect(try await second.take())
    #expect(try await !first.take())
  }
}
