import Digests
import HTTPSemantics
import Posix
import Storage
import Testing

extension ObjectStore where Self: MultipartStore {
  /// Begins an upload and puts parts, numbered from 1.
  func begin(_ key: String, _ parts: [String]) async throws -> MultipartUpload {
    let upload = try await beginUpload(of: bytes(key), in: bucket, metadata(of: []), checksumAlgorithm: nil)
    for (index, content) in parts.enumerated() { try await putPart(index + 1, content, of: upload) }
    return upload
  }

  @discardableResult
  func putPart(_ number: Int, _ content: String, of upload: MultipartUpload) async throws -> UploadedPart {
    let writer = try await partWriter(of: upload, in: bucket)
    try await writer.append(bytes(content))
    let part = part(number, content)
    try await writer.commit(part)
    return part
  }

  func part(_ number: Int, _ content: String, at seconds: Int64 = 1_700_000_000) -> UploadedPart {
    UploadedPart(
      number: number, size: UInt64(content.utf8.count), etag: tag(of: bytes(content)),
      modified: Timestamp(seconds: seconds), checksums: [NameValuePair("CRC32", "AAAAAA==")],
      crc32: CRC32.checksum(of: bytes(content)))
  }

  /// Completes an upload with all of its parts.
  func complete(
    _ upload: MultipartUpload, _ content: [UInt8], if precondition: Precondition = .none
  ) async throws {
    let listed = try await parts(of: upload, in: bucket)
    try await complete(upload, listed, in: bucket, metadata(of: content), if: precondition)
  }
}

struct MultipartTests {
  @Test(arguments: Implementation.allCases)
  func partsBecomeAnObjectInTheOrderGiven(_ implementation: Implementation) async throws {
    let objects = try await implementation.objectsWithBucket()
    let upload = try await objects.store.begin("a/k", [])
    try await objects.other.putPart(10_000, "last", of: upload)
    try await objects.store.putPart(1, "first,", of: upload)
    try await objects.store.putPart(7, "", of: upload)
    #expect(try await objects.store.keys().isEmpty)
    let listed = try await objects.other.parts(of: upload, in: bucket)
    #expect(listed == [objects.store.part(1, "first,"), objects.store.part(7, ""), objects.store.part(10_000, "last")])
    var final = metadata(of: bytes("first,last"))
    final.partSizes = [6, 0, 4]
    final.uploadID = upload.identifier
    try await objects.other.complete(upload, listed, in: bucket, final, if: .none)
    #expect(try await objects.store.get("a/k") == "first,last")
    #expect(try await objects.store.head("a/k").metadata == final)
    #expect(try await objects.store.keys() == ["a/k"])
    #expect(try await objects.store.uploads(in: bucket).isEmpty)
    #expect(try await objects.residue().isEmpty)
  }

  @Test(arguments: Implementation.allCases)
  func partsThatAreNotListedAreLeftOut(_ implementation: Implementation) async throws {
    let objects = try await implementation.objectsWithBucket()
    let upload = try await objects.store.begin("k", ["a", "b", "c"])
    let chosen = try await objects.store.parts(of: upload, in: bucket).filter { $0.number != 2 }
    try await objects.store.complete(upload, chosen, in: bucket, metadata(of: bytes("ac")), if: .none)
    #expect(try await objects.other.get("k") == "ac")
    #expect(try await objects.residue().isEmpty)
  }

  @Test(arguments: Implementation.allCases)
  func anUploadIsKnownUntilItEnds(_ implementation: Implementation) async throws {
    let objects = try await implementation.objectsWithBucket()
    var metadata = metadata(of: [])
    metadata.userMetadata = [NameValuePair("colour", "blue")]
    metadata.tags = [NameValuePair("a", "ü")]
    metadata.contentType = "image/png"
    let upload = try await objects.store.beginUpload(
      of: bytes("a//k\n"), in: bucket, metadata, checksumAlgorithm: "CRC32C")
    #expect(upload.key == bytes("a//k\n"))
    #expect(upload.checksumAlgorithm == "CRC32C")
    let found = try await objects.other.upload(upload.identifier, of: bytes("a//k\n"), in: bucket)
    #expect(found == upload)
    #expect(found.metadata.userMetadata == metadata.userMetadata && found.metadata.tags == metadata.tags)
    #expect(found.metadata.contentType == "image/png" && found.metadata.modified == metadata.modified)
    let missing = StorageError.noSuchUpload(upload.identifier)
    await #expect(throws: missing) {
      _ = try await objects.store.upload(upload.identifier, of: bytes("other"), in: bucket)
    }
    try await objects.other.abort(upload, in: bucket)
    await #expect(throws: missing) {
      _ = try await objects.store.upload(upload.identifier, of: bytes("a//k\n"), in: bucket)
    }
    await #expect(throws: missing) { try await objects.store.abort(upload, in: bucket) }
    await #expect(throws: missing) { _ = try await objects.store.parts(of: upload, in: bucket) }
    await #expect(throws: missing) { try await objects.store.putEmptyPart(of: upload) }
    await #expect(throws: missing) { try await objects.store.complete(upload, [], in: bucket, metadata, if: .none) }
  }

  @Test(
    arguments: Implementation.allCases, ["", "x", "../uploads", "a/b", "0123456789abcdef0123456789abcdef", "\n", "."])
  func textsThatNameNoUploadAreRefused(_ implementation: Implementation, identifier: String) async throws {
    let objects = try await implementation.objectsWithBucket()
    _ = try await objects.store.begin("k", ["a"])
    let wrong = MultipartUpload(
      identifier: identifier, key: bytes("k"), metadata: metadata(of: []), checksumAlgorithm: nil)
    let missing = StorageError.noSuchUpload(identifier)
    await #expect(throws: missing) { _ = try await objects.store.upload(identifier, of: bytes("k"), in: bucket) }
    await #expect(throws: missing) { try await objects.store.putEmptyPart(of: wrong) }
    await #expect(throws: missing) { _ = try await objects.store.parts(of: wrong, in: bucket) }
    await #expect(throws: missing) { try await objects.store.abort(wrong, in: bucket) }
    await #expect(throws: missing) {
      try await objects.store.complete(wrong, [], in: bucket, metadata(of: []), if: .none)
    }
    #expect(try await objects.store.uploads(in: bucket).count == 1)
  }

  @Test(arguments: Implementation.allCases)
  func uploadsAreListedByKeyAndThenById(_ implementation: Implementation) async throws {
    let objects = try await implementation.objectsWithBucket()
    var begun: [MultipartUpload] = []
    for key in ["b", "a", "a/", "a", "ä", "B", "a"] { begun.append(try await objects.store.begin(key, [])) }
    let sorted = begun.sorted {
      $0.key == $1.key ? $0.identifier < $1.identifier : $0.key.lexicographicallyPrecedes($1.key)
    }
    #expect(try await objects.other.uploads(in: bucket) == sorted)
    #expect(Set(begun.map(\.identifier)).count == begun.count)
    await #expect(throws: StorageError.noSuchBucket) { try await objects.store.uploads(in: "missing") }
    await #expect(throws: StorageError.noSuchBucket) {
      _ = try await objects.store.beginUpload(of: bytes("k"), in: "missing", metadata(of: []), checksumAlgorithm: nil)
    }
  }

  @Test(arguments: Implementation.allCases)
  func aPartThatIsPutAgainReplacesTheFirst(_ implementation: Implementation) async throws {
    let objects = try await implementation.objectsWithBucket()
    let upload = try await objects.store.begin("k", ["old", "second"])
    let listed = try await objects.store.parts(of: upload, in: bucket)
    try await objects.other.putPart(1, "new", of: upload)
    #expect(
      try await objects.store.parts(of: upload, in: bucket).map(\.etag) == [tag(of: bytes("new")), listed[1].etag])
    // What was reckoned from the list before is not true any more.
    await #expect(throws: StorageError.invalidPart(1)) {
      try await objects.store.complete(upload, listed, in: bucket, metadata(of: bytes("oldsecond")), if: .none)
    }
    #expect(try await objects.store.keys().isEmpty)
    // The same part again, later, is none the worse.
    var current = try await objects.store.parts(of: upload, in: bucket)
    current[1].modified = Timestamp(seconds: 1)
    try await objects.store.complete(upload, current, in: bucket, metadata(of: bytes("newsecond")), if: .none)
    #expect(try await objects.other.get("k") == "newsecond")
    #expect(try await objects.residue().isEmpty)
  }

  @Test(arguments: Implementation.allCases)
  func aPartThatIsNotThereIsNamed(_ implementation: Implementation) async throws {
    let objects = try await implementation.objectsWithBucket()
    let upload = try await objects.store.begin("k", ["a", "b"])
    let parts = try await objects.store.parts(of: upload, in: bucket)
    let missing = objects.store.part(3, "c")
    await #expect(throws: StorageError.invalidPart(3)) {
      try await objects.store.complete(upload, parts + [missing], in: bucket, metadata(of: bytes("abc")), if: .none)
    }
    let other = objects.store.part(2, "x")
    await #expect(throws: StorageError.invalidPart(2)) {
      try await objects.store.complete(upload, [parts[0], other], in: bucket, metadata(of: bytes("ax")), if: .none)
    }
    #expect(try await objects.store.keys().isEmpty)
    #expect(try await objects.store.parts(of: upload, in: bucket) == parts)
    try await objects.other.complete(upload, bytes("ab"))
    #expect(try await objects.store.get("k") == "ab")
  }

  @Test(arguments: Implementation.allCases)
  func aSecondCompletionFindsNoUpload(_ implementation: Implementation) async throws {
    let objects = try await implementation.objectsWithBucket()
    let upload = try await objects.store.begin("k", ["a"])
    let parts = try await objects.store.parts(of: upload, in: bucket)
    try await objects.store.complete(upload, parts, in: bucket, metadata(of: bytes("a")), if: .none)
    await #expect(throws: StorageError.noSuchUpload(upload.identifier)) {
      try await objects.other.complete(upload, parts, in: bucket, metadata(of: bytes("a")), if: .none)
    }
    #expect(try await objects.store.get("k") == "a")
  }

  @Test(arguments: Implementation.allCases)
  func aCompletionThatFailsLeavesTheUploadAndTheObject(_ implementation: Implementation) async throws {
    let objects = try await implementation.objectsWithBucket()
    try await objects.store.put("k", "before")
    let upload = try await objects.store.begin("k", ["a", "b"])
    let parts = try await objects.store.parts(of: upload, in: bucket)
    await #expect(throws: StorageError.preconditionFailed) {
      try await objects.other.complete(upload, bytes("ab"), if: .absent)
    }
    #expect(try await objects.store.get("k") == "before")
    #expect(try await objects.store.parts(of: upload, in: bucket) == parts)
    #expect(try await objects.residue().isEmpty)
    try await objects.other.complete(upload, bytes("ab"), if: Precondition(matches: .any))
    #expect(try await objects.store.get("k") == "ab")
  }

  @Test(arguments: Implementation.allCases)
  func aPartOfAnUploadThatEndedIsRefusedAndLeavesNothing(_ implementation: Implementation) async throws {
    let objects = try await implementation.objectsWithBucket()
    let upload = try await objects.store.begin("k", ["a"])
    let writer = try await objects.store.partWriter(of: upload, in: bucket)
    try await writer.append(bytes("late"))
    try await objects.other.abort(upload, in: bucket)
    await #expect(throws: StorageError.noSuchUpload(upload.identifier)) {
      try await writer.commit(objects.store.part(2, "late"))
    }
    #expect(try await objects.store.uploads(in: bucket).isEmpty)
    #expect(try await objects.residue().isEmpty)
  }

  @Test(arguments: Implementation.allCases)
  func partsThatAreGivenUpLeaveNothing(_ implementation: Implementation) async throws {
    let objects = try await implementation.objectsWithBucket()
    let upload = try await objects.store.begin("k", ["a"])
    let writer = try await objects.store.partWriter(of: upload, in: bucket)
    try await writer.append(ReaderTests.content)
    await writer.discard()
    do {
      let dying = try await objects.store.partWriter(of: upload, in: bucket)
      try await dying.append(ReaderTests.content)
    }
    #expect(try await objects.other.parts(of: upload, in: bucket).map(\.number) == [1])
    #expect(try await objects.residue().isEmpty)
  }

  @Test(arguments: Implementation.allCases)
  func anUploadOfADeletedBucketIsGoneWithIt(_ implementation: Implementation) async throws {
    let objects = try await implementation.objectsWithBucket()
    let upload = try await objects.store.begin("k", ["a"])
    let parts = try await objects.store.parts(of: upload, in: bucket)
    try await objects.other.deleteBucket(bucket)
    await #expect(throws: StorageError.noSuchBucket) {
      try await objects.store.complete(upload, parts, in: bucket, metadata(of: bytes("a")), if: .none)
    }
    try await objects.store.createBucket(bucket, BucketConfiguration(owner: "bert", created: Clock.now()))
    await #expect(throws: StorageError.noSuchUpload(upload.identifier)) {
      _ = try await objects.other.parts(of: upload, in: bucket)
    }
    #expect(try await objects.store.uploads(in: bucket).isEmpty)
    #expect(try await objects.residue().isEmpty)
  }
}

extension MultipartStore {
  /// Puts a part without bytes. Some storages find out only then that the upload is not there.
  fileprivate func putEmptyPart(of upload: MultipartUpload) async throws {
    let writer = try await partWriter(of: upload, in: bucket)
    try await writer.commit(
      UploadedPart(number: 1, size: 0, etag: tag(of: []), modified: Clock.now(), checksums: [], crc32: 0))
  }
}
