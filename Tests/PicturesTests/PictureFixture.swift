import EventLoop
import Foundation
import LocalStorage
import LoopFixture
import Magic
import Pictures
import Posix
import Storage

/// Pictures in a data folder of their own.
struct PictureFixture: Sendable {
  let pictures: Pictures
  let catalog: LocalPictureCatalog
  private let folder: Folder

  private static let magic = Result { try MagicDatabase() }
  /// Threads stay for as long as the process lives.
  private static let pool = BlockingPool(name: "store", limit: 4)
  private static let threads = DiskThreads()

  private final class Folder: Sendable {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path

    deinit { try? FileManager.default.removeItem(atPath: path) }
  }

  init(limit: UInt64 = 100_000) throws {
    folder = Folder()
    let hidden = try PrivateFolder(dataFolder: folder.path)
    catalog = try LocalPictureCatalog(
      dataFolder: folder.path, privateFolder: hidden, pool: Self.pool,
      threads: Self.threads, inspect: { _, _ in nil }, measure: { _ in nil }, log: { _ in })
    pictures = Pictures(
      catalog, blocked: catalog, trash: catalog,
      reports: PictureReports(in: LocalDocumentStore(in: hidden, pool: Self.pool)),
      limits: PictureLimits(bytes: limit, pixels: 1_000_000), magic: try Self.magic.get())
  }

  /// Files in the folder of pictures, hidden ones too, but for the trash.
  var files: [String] {
    let entries = FileManager.default.enumerator(atPath: folder.path + "/images")?.allObjects as? [String] ?? []
    return entries.filter { !$0.hasPrefix(".vitrine/trash") }.filter { entry in
      var isFolder: ObjCBool = false
      return FileManager.default.fileExists(atPath: "\(folder.path)/images/\(entry)", isDirectory: &isFolder)
        && !isFolder.boolValue
    }
  }

  func content(_ name: StoredName) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/images/\(name)")))
  }

  /// Uploads bytes in pieces.
  @EventLoopActor
  func upload(
    _ bytes: [UInt8], named name: String = "cat.gif", _ options: PictureOptions = PictureOptions(), step: Int = .max
  ) async throws(StorageError) -> PictureMetadata {
    let incoming = pictures.incoming(named: name)
    var rest = bytes[...]
    while !rest.isEmpty {
      if incoming.gather(rest.prefix(step)) { await incoming.acceptGathered() }
      rest = rest.dropFirst(step)
    }
    return try await incoming.publish(options, from: "192.0.2.1")
  }

  /// Puts bytes as an object.
  @EventLoopActor
  func put(
    _ bytes: [UInt8], as key: String, _ change: (inout ObjectMetadata) -> Void = { _ in },
    if precondition: Precondition = .none
  ) async throws(StorageError) {
    let writer = try await PictureBucket(pictures).writer(of: Array(key.utf8), in: "images")
    try await writer.update { (content) throws(StorageError) in try content.append(bytes.span) }
    var metadata = ObjectMetadata(
      etag: "0123456789abcdef0123456789abcdef", size: UInt64(bytes.count), modified: Clock.now(), contentType: "x/y",
      owner: "ann")
    change(&metadata)
    try await writer.commit(metadata, if: precondition)
  }
}

/// The error of a body.
@EventLoopActor
func failure(_ body: @EventLoopActor () async throws(StorageError) -> Void) async -> StorageError? {
  do throws(StorageError) { try await body() } catch { return error }
  return nil
}

/// The smallest GIF, with something of one's own in it.
enum TestGIF {
  static let pixel = head + image

  /// One with a comment that is nobody's business.
  static func commented(_ text: String) -> [UInt8] {
    head + [0x21, 0xFE, UInt8(text.utf8.count)] + Array(text.utf8) + [0] + image
  }

  private static let head: [UInt8] =
    Array("GIF89a".utf8) + [1, 0, 1, 0, 0x80, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF]
  private static let image: [UInt8] = [0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0, 0x3B]
}
