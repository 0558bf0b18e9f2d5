import Storage
import Foundation
import Posix
import Testing

@testable import LocalStorage

/// A file system of one megabyte, for the length of a test.
private final class SmallFileSystem {
  let path: String

  /// Whether this process may mount one, which root may not in every container.
  static let isPossible = ProcessControl.isRoot && (try? SmallFileSystem(options: "size=1m")) != nil

  init(options: String) throws {
    path = "/var/tmp/vitrine-small-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    if mount("tmpfs", path, "tmpfs", 0, options) != 0 {
      defer { rmdir(path) }
      throw CocoaError(.fileWriteNoPermission)
    }
  }

  deinit {
    umount2(path, 2)
    rmdir(path)
  }
}

@Suite(.enabled(if: SmallFileSystem.isPossible, "needs root and mount(2)")) struct FullStorageTests {
  @Test func aFullFileSystemIsSaidToBeSoAndNothingIsLeft() throws {
    let small = try SmallFileSystem(options: "size=1m")
    let fixture = StoreFixture(data: small.path)
    let store = try fixture.store()
    try store.upload("small.jpg")
    var failure: StorageError?
    do {
      var file = try store.stage()
      for _ in 0..<32 { try file.write([UInt8](repeating: 7, count: 65_536).span) }
    } catch {
      failure = error
    }
    #expect(failure == .full)
    // What was staged has been given back.
    try store.upload("another.jpg", at: 1)
    #expect(try store.names() == ["small.jpg", "another.jpg"])
    let names = try FileManager.default.contentsOfDirectory(atPath: small.path + "/images").sorted()
    #expect(names == [".vitrine", "another.jpg", "small.jpg"])
    #expect(try FileManager.default.contentsOfDirectory(atPath: small.path + "/images/.vitrine").isEmpty)
  }

  @Test func withoutFreeInodesTheStorageIsFull() throws {
    let small = try SmallFileSystem(options: "size=4m,nr_inodes=14")
    let store = try StoreFixture(data: small.path).store()
    var failure: StorageError?
    do {
      for number in 0..<14 { try store.upload(StoredName("\(number).jpg")!) }
    } catch {
      failure = error as? StorageError
    }
    #expect(failure == .full)
    let names = try FileManager.default.contentsOfDirectory(atPath: small.path + "/images")
    #expect(try store.names().sorted() == names.filter { $0 != ".vitrine" }.sorted())
  }

  @Test func theIndexOnAFullFileSystemIsFullStorageToo() throws {
    let small = try SmallFileSystem(options: "size=1m")
    let store = try StoreFixture(data: small.path).store()
    try store.upload("a.jpg")
    try store.listPublished()
    var staged = try store.stage()
    try staged.write([1].span)
    let metadata = try staged.metadata("b.jpg")
    let ballast = try FileDescriptor.open(small.path + "/ballast", [.writeOnly, .create])
    while (try? ballast.writeAll([UInt8](repeating: 1, count: 4096))) != nil {}
    var outcome: StorageError?
    // The log has some room before it grows.
    do {
      try store.publish(staged, metadata)
      for number in 0..<2_000 { _ = try store.published.note(StoredName("\(number)")!) }
    } catch {
      outcome = error
    }
    #expect(outcome == .full)
    // The index cannot grow: it tells what it has, and whoever wants more than that is told.
    let recordedVersion = RecordedVersion(inode: 1, size: 1, modified: 1)
    #expect(throws: StorageError.full) {
      for number in 0..<2_000 {
        try store.index.add([.foreign(StoredName("\(number)")!, recordedVersion)]) { _, _ in true }
      }
    }
    #expect(try store.names().contains("a.jpg"))
    #expect(throws: StorageError.full) { try store.completeIndex() }
    try FileManager.default.removeItem(atPath: small.path + "/ballast")
  }

  @Test func aFileSystemWithoutAttributesIsRefused() throws {
    // ramfs keeps none.
    let path = "/var/tmp/vitrine-ram-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    defer { rmdir(path) }
    guard mount("ramfs", path, "ramfs", 0, nil) == 0 else { return }
    defer { umount2(path, 2) }
    #expect(throws: StorageError.attributesUnsupported) { _ = try StoreFixture(data: path).store() }
  }
}
