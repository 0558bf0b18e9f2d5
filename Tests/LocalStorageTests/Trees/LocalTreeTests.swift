import Foundation
import Posix
import Storage
import Testing

@testable import LocalStorage

/// Trees of plain files: listed whole, opened, looked at again.
@Suite struct LocalTreeTests {
  private let folder = TemporaryFolder()
  private let threads = DiskThreads()

  private func tree(_ path: String, filter: TreeSelection.Filter? = nil) throws -> LocalTree {
    LocalTree(
      files: PhotoTree(folders: PhotoFolders(root: folder.path + "/photos"), path: Array(path.utf8), filter: filter),
      threads: threads,
      checksums: ChecksumFinder(
        memory: try ChecksumMemory(in: PrivateFolder(dataFolder: folder.path)) { _ in }, threads: threads))
  }

  private func write(_ count: Int, to path: String) throws -> [UInt8] {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    try folder.write(bytes, to: "photos/" + path)
    return bytes
  }

  @Test func shortFilesAreReadAndLongOnesOpened() async throws {
    let (short, long) = (try write(16_384, to: "trip/a"), try write(16_385, to: "trip/b"))
    let tree = try tree("trip")
    let members = try await tree.list().members
    let contents = await tree.open(members.map { TreeRead($0, 0..<$0.size) })
    guard contents.count == 2, case .success(.bytes(let bytes)) = contents[0],
      case .success(.opened(let content)) = contents[1]
    else {
      Issue.record("\(contents)")
      return
    }
    #expect(bytes == short)
    var read: [UInt8] = []
    let reader = content.reader(0..<16_385)
    while let chunk = try await reader.next(secured: true) {
      if case .bytes(let bytes) = chunk { read += bytes }
    }
    #expect(read == long)
    // Its attributes count, too: entity tags of archives are made of them.
    try folder.awaitAnotherTick()
    #expect(chmod(folder.path + "/photos/trip/b", 0o600) == 0)
    await #expect(throws: StorageError.versionChanged) { try await reader.check() }
  }

  @Test func fileThatChangedSinceTheListIsNotOpenedAndFound() async throws {
    for name in ["a", "b", "c"] { _ = try write(20_000, to: "trip/" + name) }
    let tree = try tree("trip")
    let members = try await tree.list().members
    #expect(try await tree.firstChanged(of: members[...]) == nil)
    try folder.awaitAnotherTick()
    _ = try write(20_001, to: "trip/b")
    #expect(try await tree.firstChanged(of: members[...]) == members[1])
    let contents = await tree.open(members.map { TreeRead($0, 0..<$0.size) })
    let failures = contents.map { (content) -> StorageError? in
      if case .failure(let error) = content { return error }
      return nil
    }
    #expect(failures == [nil, .versionChanged, nil])
    try FileManager.default.removeItem(atPath: folder.path + "/photos/trip")
    #expect(try await tree.firstChanged(of: members[...]) == members[0])
    await #expect(throws: StorageError.noSuchKey) { try await tree.list() }
  }

  @Test func filterSeesKeysAndMetadataOfAllPhotos() async throws {
    for path in ["trip/a.jpg", "trip/sub/b.png"] { _ = try write(10, to: path) }
    let some = try tree("trip") { key, metadata in
      key == Array("trip/sub/b.png".utf8) && metadata()?.contentType == "image/png"
    }
    #expect(try await some.list().members.map(\.path) == [Array("sub/b.png".utf8)])
    let all = try tree("") { key, _ in key.first == UInt8(ascii: "t") }
    #expect(try await all.list().members.map(\.path) == [Array("trip/a.jpg".utf8), Array("trip/sub/b.png".utf8)])
  }

  @Test func chosenFilesHaveTheirOwnPathsAndNoneMayBeMissing() throws {
    for path in ["trip/a.jpg", "walk/b.jpg"] { _ = try write(10, to: path) }
    let photos = PhotoTree(folders: PhotoFolders(root: folder.path + "/photos"), path: [], filter: nil)
    func chosen(_ keys: [String]) -> ChosenTree {
      ChosenTree(keys.enumerated().map { (Array($0.element.utf8), Array("\(9 - $0.offset).jpg".utf8)) }, of: photos)
    }
    let tree = chosen(["trip/a.jpg", "walk/b.jpg"])
    let members = try tree.list().members
    #expect(members.map(\.path) == [Array("8.jpg".utf8), Array("9.jpg".utf8)])
    let bytes = try tree.open(members[0]).readAll(limit: 99)
    #expect(bytes.count == 10)
    #expect(try tree.firstChanged(of: members[...]) == nil)
    #expect(throws: StorageError.versionChanged) { _ = try tree.open(member("7.jpg")) }
    #expect(throws: StorageError.versionChanged) { try chosen(["trip/none.jpg"]).list() }
  }
}
