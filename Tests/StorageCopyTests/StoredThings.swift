import Digests
import HTTPSemantics
import MemoryStorage
import Posix
import Storage
import StorageCopy
import Synchronization

/// Storages of the tests, what is put into them, and what is found there.

func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

let documentNames = ["keys.json", "secret"]

extension CopiedStorage {
  /// A storage in memory.
  static func inMemory(faults: FaultPlan = FaultPlan()) -> CopiedStorage {
    CopiedStorage(
      objects: MemoryObjectStore(faults: faults), pictures: MemoryPictureCatalog(faults: faults),
      documents: MemoryDocumentStore(faults: faults))
  }

  func put(
    _ key: String, _ content: [UInt8], in bucket: String = "things",
    change: @Sendable (inout ObjectMetadata) -> Void = { _ in }
  ) async throws {
    let writer = try await objects.writer(of: bytes(key), in: bucket)
    try await writer.update { (staged) throws(StorageError) in try staged.append(content.span) }
    var metadata = ObjectMetadata(
      etag: Hexadecimal.encode(MD5.digest(of: content)), size: UInt64(content.count),
      modified: Timestamp(seconds: 1_600_000_000, nanoseconds: 123_456_789), contentType: "text/plain", owner: "anna")
    metadata.crc32 = CRC32.checksum(of: content)
    change(&metadata)
    try await writer.commit(metadata, if: .none)
  }

  func putInParts(_ key: String, _ parts: [[UInt8]], in bucket: String = "things") async throws {
    let (sum, digests) = (parts.reduce([], +), parts.flatMap { MD5.digest(of: $0) })
    try await put(key, sum, in: bucket) {
      $0.etag = Hexadecimal.encode(MD5.digest(of: digests)) + "-\(parts.count)"
      $0.partSizes = parts.map { UInt64($0.count) }
      $0.uploadID = "0123456789abcdef0123456789abcdef"
    }
  }

  func publish(
    _ name: String, _ content: [UInt8], at seconds: Int64, object: ObjectMetadata? = nil,
    change: (inout PictureMetadata) -> Void = { _ in }
  ) async throws {
    var metadata = PictureMetadata(
      name: StoredName(name)!, originalName: "a \(name)", mediaType: "image/png", width: 30, height: 20,
      content: ContentDigests(
        size: UInt64(content.count), crc32: CRC32.checksum(of: content), sha256: SHA256.digest(of: content)),
      uploadedAt: Timestamp(seconds: seconds, nanoseconds: 5), uploader: "192.0.2.7")
    change(&metadata)
    let writer = try await pictures.pictureWriter()
    try await writer.update { (staged) throws(StorageError) in try staged.append(content.span) }
    try await writer.publish(metadata, object: object)
  }

  /// Something of everything. `a` and `a/b` stand side by side only where keys are no paths.
  func fill() async throws {
    var configuration = BucketConfiguration(
      owner: "anna", created: Timestamp(seconds: 1_500_000_000), acl: "public-read")
    configuration.location = "eu-west-1"
    configuration.documents = ["policy": #"{"Statement":[]}"#, "cors": "<x/>"]
    try await objects.createBucket("things", configuration)
    try await objects.createBucket("empty", BucketConfiguration(owner: "", created: Timestamp(seconds: 7)))
    for number in 0..<30 { try await put("many/\(number)", bytes("content \(number)")) }
    try await put("a b/ü%\n.txt", bytes("x")) {
      $0.headers = [NameValuePair("cache-control", "no-cache")]
      $0.userMetadata = [NameValuePair("colour", "grün")]
      $0.checksums = [NameValuePair("CRC32", "AAAAAA==")]
      $0.tags = [NameValuePair("kind", "test")]
      $0.acl = "public-read"
      $0.owner = "bertha"
      $0.storageClass = "GLACIER"
    }
    try await put("empty", [])
    try await putInParts("parts", [pattern(300_000), pattern(70_001), [1]])
    try await publish("first.png", bytes("first"), at: 10)
    try await publish("hidden.png", bytes("hidden"), at: 20) {
      $0.visibility = .unlisted
      $0.expiresAt = Timestamp(seconds: Clock.now().seconds + 1_000)
    }
    try await publish("put.png", bytes("put"), at: 30, object: putMetadata())
    try await pictures.block(
      BlockedPicture(sha256: SHA256.digest(of: bytes("bad")), name: "bad.png", blocked: Timestamp(seconds: 40)))
    _ = try await documents.replace("keys.json", nil, with: bytes(#"{"v":1,"keys":[]}"#))
    _ = try await documents.replace("secret", nil, with: pattern(32))
  }

  private func putMetadata() -> ObjectMetadata {
    var object = ObjectMetadata(
      etag: Hexadecimal.encode(MD5.digest(of: bytes("put"))), size: 3, modified: Timestamp(seconds: 30, nanoseconds: 5),
      contentType: "image/png", owner: "bertha")
    object.crc32 = CRC32.checksum(of: bytes("put"))
    object.userMetadata = [NameValuePair("album", "one")]
    return object
  }
}

/// Bytes that no two places of have the same.
func pattern(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 9) } }

/// All that a storage has, to be compared.
struct Contents: Equatable {
  struct Object: Equatable {
    var metadata: ObjectMetadata
    var bytes: [UInt8]
  }

  var buckets: [String: BucketConfiguration] = [:]
  var objects: [String: Object] = [:]
  var pictures: [PictureMetadata] = []
  var putPictures: [String: Object] = [:]
  var blocked: [BlockedPicture] = []
  var documents: [String: [UInt8]] = [:]

  init(of storage: CopiedStorage) async throws {
    buckets = try await storage.objects.configurations()
    for bucket in buckets.keys {
      for listed in try await storage.objects.list(bucket, ObjectQuery(from: .beginning, limit: 10_000)) {
        let object = try await storage.objects.open(listed.key, in: bucket, version: nil)
        objects["\(bucket)/\(String(decoding: listed.key, as: UTF8.self))"] = try await Self.read(object)
      }
    }
    for picture in try await storage.pictures.list(PictureQuery(limit: 1_000, includesUnlisted: true)).images {
      let object = try await storage.pictures.open(picture.name, now: Clock.now())
      putPictures[picture.name.text] = try await Self.read(object)
      var picture = picture
      picture.content.md5 = nil
      pictures.append(picture)
    }
    blocked = try await storage.pictures.blockedPictures()
    for name in documentNames { documents[name] = try await storage.documents.document(name)?.bytes }
  }

  private static func read(_ object: any OpenedObject) async throws -> Object {
    let reader = object.reader(0..<object.head.metadata.size)
    var all: [UInt8] = []
    while let chunk = try await reader.next(secured: true) { if case .bytes(let bytes) = chunk { all += bytes } }
    var metadata = object.head.metadata
    metadata.crc32 = CRC32.checksum(of: all)
    return Object(metadata: metadata, bytes: all)
  }
}

/// A run, with what it reported.
struct Copy {
  let copier: StorageCopier
  private let lines = Lines()
  private let pauses = Pauses()

  init(_ source: CopiedStorage, _ destination: CopiedStorage, change: (inout CopyOptions) -> Void = { _ in }) {
    var options = CopyOptions(documents: documentNames)
    change(&options)
    copier = StorageCopier(
      from: source, to: destination, options, pause: { [pauses] in pauses.add($0) },
      addLine: { [lines] in lines.add($0) })
  }

  var reported: [String] { lines.all.sorted() }
  var pausedSeconds: [Int] { pauses.all }

  func run() async throws -> CopyReport {
    try await copier.run()
    return copier.report
  }

  private final class Collected<Value: Sendable>: Sendable {
    private let values = Mutex<[Value]>([])
    var all: [Value] { values.withLock { $0 } }
    func add(_ value: Value) { values.withLock { $0.append(value) } }
  }

  private typealias Lines = Collected<String>
  private typealias Pauses = Collected<Int>
}
