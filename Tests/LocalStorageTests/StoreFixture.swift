@testable import DurableFiles
import ImageStructure
import Storage
import Posix
import Synchronization

@testable import LocalStorage

/// A data folder of its own with a store in it.
final class StoreFixture: Sendable {
  let folder: TemporaryFolder
  var data: String { folder.path }
  let lines = Mutex<[String]>([])
  let inspections = Mutex<[String]>([])

  init(data: String? = nil) {
    folder = data.map { TemporaryFolder(existing: $0) } ?? TemporaryFolder()
  }

  /// Another store of the same folder, as another worker has one. Its inspection takes what begins with `picture`.
  func store(owner: OwnerIdentity = .current(), allowsUnnamed: Bool = true) throws -> ImageStore {
    try ImageStore(
      dataFolder: data, privateFolder: PrivateFolder(dataFolder: data), owner: owner, allowsUnnamed: allowsUnnamed,
      inspect: { [self] file, name in
        inspections.withLock { $0.append(name.text) }
        var head = [UInt8](repeating: 0, count: 7)
        guard (try? file.read(into: &head, at: 0)) == 7, head == Array("picture".utf8) else { return nil }
        return InspectedImage(mediaType: "image/png", width: 3, height: 4)
      },
      measure: { _ in ImageSize(width: 800, height: 1200) },
      log: { [self] line in lines.withLock { $0.append(line) } })
  }

  /// The journals of the pictures that were published.
  var journals: [String] { folder.files.filter { $0.hasPrefix(".vitrine/published/") } }

  /// The file of the list of pictures, in the private folder.
  static let index = "index-\(ImageIndex.schema.version).db"

  var logged: [String] { lines.withLock { $0 } }
  var inspected: [String] { inspections.withLock { $0 } }

  /// An owner that does not live.
  static let deadOwner = OwnerIdentity(boot: OwnerIdentity.currentBoot(), process: 4_194_303, start: 1)
}

extension StoredName: ExpressibleByStringLiteral {
  /// A name that a test writes down.
  public init(stringLiteral text: String) {
    guard let name = Self(text) else { preconditionFailure("\(text) is no name") }
    self = name
  }
}

extension StagedFile {
  /// The metadata of the file as it is, under a name.
  func metadata(
    _ name: StoredName, at seconds: Int64 = 1_737_727_200, visibility: PictureMetadata.Visibility = .public,
    expires: Timestamp? = nil
  ) throws -> PictureMetadata {
    PictureMetadata(
      name: name, originalName: "cat of \(name).jpg", mediaType: "image/jpeg", width: 1200, height: 800,
      content: try digests(), uploadedAt: Timestamp(seconds: seconds, nanoseconds: 123_456_789),
      visibility: visibility, expiresAt: expires)
  }
}

extension ImageStore {
  /// Uploads a file that holds its own name.
  @discardableResult
  func upload(
    _ name: StoredName, at seconds: Int64 = 1_737_727_200, visibility: PictureMetadata.Visibility = .public,
    expires: Timestamp? = nil
  ) throws -> PictureMetadata {
    var file = try stage()
    try file.write(Array("content of \(name)".utf8).span)
    let metadata = try file.metadata(name, at: seconds, visibility: visibility, expires: expires)
    try publish(file, metadata)
    return metadata
  }

  /// Blocks a picture, and removes its copies.
  /// - Returns: their names.
  @discardableResult
  func block(_ sha256: [UInt8], named name: String = "", at now: Timestamp = Clock.now()) throws -> [String] {
    try blocked.add([BlockedPicture(sha256: sha256, name: name, blocked: now)])
    let copies = try copies(of: sha256).map(\.name)
    for copy in copies { try? remove(copy) }
    return copies.map(\.text)
  }

  func names(_ query: PictureQuery = PictureQuery(limit: 1000)) throws -> [String] {
    try list(query).images.map(\.name.text)
  }
}
