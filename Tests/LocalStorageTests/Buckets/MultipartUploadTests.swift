import Storage
import Posix
import Testing

@testable import LocalStorage

extension BucketFixture {
  func beginUpload(of key: String) throws -> MultipartUpload {
    let metadata = ObjectMetadata(etag: "", size: 0, modified: Clock.now(), contentType: "text/plain", owner: "anna")
    return try store.beginUpload(of: Array(key.utf8), in: "photos1", metadata, checksumAlgorithm: nil)
  }

  func putPart(_ number: Int, _ text: String, of upload: MultipartUpload) throws {
    var staged = try store.stage(in: "photos1")
    try staged.write(Array(text.utf8).span)
    let part = UploadedPart(
      number: number, size: UInt64(text.utf8.count), etag: text, modified: Clock.now(), checksums: [], crc32: 0)
    try store.putPart(staged, part, of: upload.identifier, in: "photos1")
  }

  func parts(of upload: MultipartUpload) throws -> [UploadedPart] {
    try store.parts(of: upload.identifier, in: "photos1")
  }

  func complete(_ upload: MultipartUpload, _ parts: [UploadedPart]) throws {
    var metadata = upload.metadata
    metadata.size = parts.reduce(0) { $0 + $1.size }
    metadata.etag = "x-\(parts.count)"
    try store.complete(upload.identifier, parts, as: upload.key, in: "photos1", metadata)
  }
}

struct MultipartUploadTests {
  let fixture: BucketFixture

  init() throws {
    fixture = try BucketFixture()
  }

  @Test func partsArePutTogetherInTheirOrder() throws {
    let upload = try fixture.beginUpload(of: "big")
    for (number, text) in [(2, "world"), (1, "wrong"), (1, "hello ")] { try fixture.putPart(number, text, of: upload) }
    let parts = try fixture.parts(of: upload)
    #expect(parts.map(\.etag) == ["hello ", "world"])
    #expect(try fixture.store.uploads(in: "photos1") == [upload])
    try fixture.complete(upload, parts)
    #expect(try fixture.get("big") == "hello world")
    #expect(try fixture.store.uploads(in: "photos1").isEmpty)
    #expect(throws: StorageError.noSuchUpload(upload.identifier)) {
      try fixture.store.abort(upload.identifier, of: upload.key, in: "photos1")
    }
  }

  @Test(arguments: ["WORLD", "world, and more", "w"])
  func partThatWasPutAgainSinceItWasListedIsNotTaken(other: String) throws {
    let upload = try fixture.beginUpload(of: "big")
    for (number, text) in [(1, "hello "), (2, "world")] { try fixture.putPart(number, text, of: upload) }
    let listed = try fixture.parts(of: upload)
    try fixture.putPart(2, other, of: upload)
    #expect(throws: StorageError.invalidPart(2)) { try fixture.complete(upload, listed) }
    #expect(throws: StorageError.noSuchKey) { try fixture.get("big") }
    #expect(try fixture.store.uploads(in: "photos1") == [upload])
    // The same bytes once more, as a client does that lost the answer.
    try fixture.putPart(2, "world", of: upload)
    try fixture.complete(upload, listed)
    #expect(try fixture.get("big") == "hello world")
  }
}
