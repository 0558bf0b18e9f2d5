import Digests
import HTTPSemantics
import Posix
import Storage
import Testing

/// The bucket of most tests.
let bucket = "things"

extension Implementation {
  /// A storage with a bucket.
  func objectsWithBucket(capacity: UInt64? = nil) async throws -> ObjectsUnderTest {
    let made = try await objects(capacity: capacity)
    try await made.store.createBucket(bucket, BucketConfiguration(owner: "anna", created: Clock.now()))
    return made
  }
}

/// The metadata of a content.
func metadata(of bytes: [UInt8], at seconds: Int64 = 1_700_000_000) -> ObjectMetadata {
  ObjectMetadata(
    etag: tag(of: bytes), size: UInt64(bytes.count), modified: Timestamp(seconds: seconds, nanoseconds: 123_456_789),
    contentType: "text/plain", owner: "anna")
}

/// The entity tag of a content.
func tag(of bytes: [UInt8]) -> String { Hexadecimal.encode(MD5.digest(of: bytes)) }

/// The bytes of a text.
func bytes(_ text: some StringProtocol) -> [UInt8] { Array(text.utf8) }

extension ObjectStore {
  /// Puts an object.
  func put(
    _ key: String, _ content: String, if precondition: Precondition = .none, in name: String = bucket,
    change: (inout ObjectMetadata) -> Void = { _ in }
  ) async throws {
    try await put(bytes(key), bytes(content), if: precondition, in: name, change: change)
  }

  func put(
    _ key: [UInt8], _ content: [UInt8], if precondition: Precondition = .none, in name: String = bucket,
    change: (inout ObjectMetadata) -> Void = { _ in }
  ) async throws {
    let writer = try await writer(of: key, in: name)
    try await writer.append(content)
    var metadata = metadata(of: content)
    change(&metadata)
    try await writer.commit(metadata, if: precondition)
  }

  /// The content of an object.
  func get(_ key: String, in name: String = bucket) async throws -> String {
    String(decoding: try await get(bytes(key), in: name), as: UTF8.self)
  }

  func get(_ key: [UInt8], in name: String = bucket) async throws -> [UInt8] {
    let object = try await open(key, in: name, version: nil)
    return try await object.reader(0..<object.head.metadata.size).rest()
  }

  func head(_ key: String, in name: String = bucket) async throws -> ObjectHead {
    try await head(bytes(key), in: name, version: nil)
  }

  @discardableResult
  func remove(
    _ key: String, if precondition: Precondition = .none, in name: String = bucket
  ) async throws -> Bool {
    try await remove(bytes(key), in: name, version: nil, if: precondition)
  }

  /// The keys of a bucket.
  func keys(
    from start: ListingStart = .beginning, limit: Int = 10_000, in name: String = bucket
  ) async throws -> [String] {
    try await list(name, ObjectQuery(from: start, limit: limit)).map { String(decoding: $0.key, as: UTF8.self) }
  }
}

extension ContentWriter {
  func append(_ content: [UInt8]) async throws {
    try await update { (staged) throws(StorageError) in try staged.append(content.span) }
  }
}

extension ObjectReader {
  /// All that is still to be read; what is secured is no range of a file.
  func rest(secured: Bool = false) async throws -> [UInt8] {
    var all: [UInt8] = []
    while let chunk = try await next(secured: secured) {
      switch chunk {
      case .bytes(let bytes): all += bytes
      case .file(let file, let range, _):
        #expect(!secured)
        all += try file.descriptor.bytes(in: range)
      case .late: break
      }
    }
    return all
  }
}

/// Runs a body so many times at once.
/// - Returns: what came of each, by its number.
func race<Value: Sendable>(
  _ count: Int, _ body: @escaping @Sendable (Int) async throws -> Value
) async -> [Result<Value, any Error>] {
  await withTaskGroup { group in
    for number in 0..<count {
      group.addTask { () -> (Int, Result<Value, any Error>) in
        do { return (number, .success(try await body(number))) } catch { return (number, .failure(error)) }
      }
    }
    var results: [Int: Result<Value, any Error>] = [:]
    for await (number, result) in group { results[number] = result }
    return (0..<count).compactMap { results[$0] }
  }
}

extension Result where Failure == any Error {
  var isSuccess: Bool { (try? get()) != nil }

  var failure: StorageError? {
    if case .failure(let error) = self { error as? StorageError } else { nil }
  }
}

extension ObjectsUnderTest {
  /// One of both, so that those who race come from two processes.
  func either(_ number: Int) -> any Objects { number.isMultiple(of: 2) ? store : other }
}

/// Waits until something holds: what a database tells of a session that ended, or of a change, comes a moment later.
func eventually(
  _ condition: @Sendable () async throws -> Bool, _ location: SourceLocation = #_sourceLocation
) async {
  for _ in 0..<1_000 {
    do {
      if try await condition() { return }
      try await Task.sleep(for: .milliseconds(10))
    } catch {
      Issue.record(error, sourceLocation: location)
      return
    }
  }
  Issue.record("it does not come to hold", sourceLocation: location)
}
