import Storage
import Foundation
import Posix
import Testing

@testable import LocalStorage

/// The files of all photo folders in the order of their paths, from any place on.
struct PhotoListingTests {
  private let folder = TemporaryFolder()
  private let paths = [
    "a-b/x.jpg", "a.txt", "a/b/c.jpg", "a/b/d.jpg", "a/b-c.jpg", "a/b.jpg", "a/z", "ab/1", "é/ü.png",
  ].sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }

  init() throws {
    for path in paths { try folder.write(Array(path.utf8), to: path) }
    try folder.write([1], to: ".hidden/x")
    try folder.write([1], to: "a/.hidden")
    symlink("a.txt", folder.path + "/link")
    symlink("a", folder.path + "/linked")
    mkdir(folder.path + "/empty", 0o755)
  }

  private func listed(_ start: ListingStart, limit: Int, by listing: PhotoListing? = nil) throws -> [String] {
    let listing = listing ?? PhotoListing(PhotoFolders(root: folder.path))
    return try listing.files(from: start, limit: limit).map { String(decoding: $0.key, as: UTF8.self) }
  }

  @Test func filesComeInTheOrderOfTheirPaths() throws {
    #expect(try listed(.beginning, limit: 100) == paths)
    #expect(try listed(.beginning, limit: 0).isEmpty)
  }

  @Test func anyPlaceIsABeginning() throws {
    var bounds: Set<[UInt8]> = []
    for path in paths {
      let bytes = Array(path.utf8)
      for count in 0...bytes.count {
        bounds.insert(Array(bytes[..<count]))
        bounds.insert(bytes[..<count] + [0])
        bounds.insert(bytes[..<count] + [0xFF])
      }
    }
    let listing = PhotoListing(PhotoFolders(root: folder.path))
    for bound in bounds {
      let from = paths.filter { !Array($0.utf8).lexicographicallyPrecedes(bound) }
      let behind = paths.filter { bound.lexicographicallyPrecedes(Array($0.utf8)) }
      #expect(try listed(.at(bound), limit: 100, by: listing) == from)
      #expect(try listed(.after(bound), limit: 2, by: listing) == Array(behind.prefix(2)))
    }
  }

  @Test func metadataIsThatOfTheOpenFile() throws {
    let folders = PhotoFolders(root: folder.path)
    for object in try PhotoListing(folders).files(from: .beginning, limit: 100) {
      let status = try folders.open(file: object.key).status()
      #expect(ListedObject(key: object.key, ObjectMetadata(ofForeignFile: status, key: object.key)) == object)
    }
  }

  @Test(arguments: [
    "", "link", "linked/z", "empty", "a", "a/", "/a.txt", "a//z", ".hidden/x", "a/.hidden", "../x", "no",
  ])
  func whatIsNoVisibleFileIsNotFound(path: String) throws {
    #expect(throws: StorageError.noSuchKey) {
      _ = try PhotoFolders(root: folder.path).open(file: Array(path.utf8)).number
    }
  }

  @Test func foldersAreListedByTheirPath() throws {
    func below(_ path: String) throws -> [String] {
      try PhotoFolders(root: folder.path).list(below: Array(path.utf8)).members.map {
        String(decoding: $0.path, as: UTF8.self)
      }
    }
    #expect(try below("") == paths)
    #expect(try below("a/b") == ["c.jpg", "d.jpg"])
    for path in ["a.txt", "no", "linked", ".hidden", "a/../ab"] {
      #expect(throws: StorageError.noSuchKey) { try below(path) }
    }
  }

  @Test func folderThatMayNotBeReadHidesNothingElse() async throws {
    chmod(folder.path, 0o755)
    try HandedPath.leave(folder.path, for: "hides-nothing")
    await #expect(processExitsWith: .success) {
      let path = try HandedPath.take("hides-nothing")
      chmod(path + "/a", 0)
      if ProcessControl.isRoot { setuid(65_534) }
      let found = try PhotoListing(PhotoFolders(root: path)).files(from: .beginning, limit: 9)
      try #require(found.map { String(decoding: $0.key, as: UTF8.self) } == ["a-b/x.jpg", "a.txt", "ab/1", "é/ü.png"])
    }
    chmod(folder.path + "/a", 0o755)
  }

  @Test func entryOfUnknownKindIsLookedAt() throws {
    let root = try FileDescriptor.open(folder.path, [.readOnly, .directory])
    func kind(_ name: String) throws -> DirectoryEntry.Kind {
      var entry = try #require(try root.directoryEntries().first)
      entry.name = Array(name.utf8)
      entry.kind = .unknown
      return try PhotoListing.kind(of: entry, in: root)
    }
    #expect(try kind("a.txt") == .regular)
    #expect(try kind("a") == .directory)
    #expect(try kind("link") == .special)
    #expect(try kind("gone") == .special)
    // Any other failure hides nothing.
    #expect(throws: Errno.notDirectory) { try kind("a.txt/x") }
  }
}
