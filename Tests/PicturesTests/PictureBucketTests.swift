import Digests
import EventLoop
import HTTPSemantics
import LoopFixture
import Pictures
import Posix
import Storage
import Testing

/// Pictures as the objects of a bucket.
struct PictureBucketTests {
  private static func key(_ text: String) -> [UInt8] { Array(text.utf8) }

  @Test func putIsKeptByteForByteAndKnowsWhatItBrought() async throws {
    try await TestLoop.run {
      let fixture = try PictureFixture()
      let bytes = TestGIF.commented("MINE")
      try await fixture.put(bytes, as: "a.gif") { $0.tags = [NameValuePair("k", "v")] }
      #expect(try fixture.content(#require(StoredName("a.gif"))) == bytes)
      let head = try await PictureBucket(fixture.pictures).head(Self.key("a.gif"), in: "images", version: nil)
      let found = head.metadata
      #expect((found.contentType, found.owner, found.acl) == ("image/gif", "ann", "public-read"))
      #expect(head.metadata.tags == [NameValuePair("k", "v")])
      let metadata = try await fixture.pictures.metadata(of: #require(StoredName("a.gif")))
      #expect(metadata?.content.sha256 == SHA256.digest(of: bytes))
    }
  }

  @Test func rulesOfUploadsHoldForPuts() async throws {
    try await TestLoop.run {
      let fixture = try PictureFixture(limit: 1_000)
      let large = TestGIF.pixel + [UInt8](repeating: 0, count: 1_000)
      let expected: [([UInt8], String, ContentRefusal)] = [
        (Array("hello".utf8), "a.gif", .picture(.content)), (TestGIF.pixel, "a.txt", .picture(.fileExtension)),
        (TestGIF.pixel, "a.png", .fileExtension(of: "image/gif")),
        (TestGIF.pixel, "a", .fileExtension(of: "image/gif")),
        (Array(TestGIF.pixel.dropLast()), "a.gif", .picture(.truncated)),
        (large, "a.gif", .picture(.tooLarge(limit: 1_000))), (TestGIF.pixel, "a/b.gif", .key),
        (TestGIF.pixel, ".a.gif", .key), (TestGIF.pixel, "a\u{7F}.gif", .key),
      ]
      for (bytes, key, refusal) in expected {
        let error = await failure { () throws(StorageError) in try await fixture.put(bytes, as: key) }
        #expect(error == .refused(refusal), "\(key)")
      }
      let classed = await failure { () throws(StorageError) in
        try await fixture.put(TestGIF.pixel, as: "a.gif") { $0.storageClass = "GLACIER" }
      }
      #expect(classed == .refused(.storageClass))
      let talkative = await failure { () throws(StorageError) in
        try await fixture.put(TestGIF.pixel, as: "a.gif") {
          $0.userMetadata = [NameValuePair("a", String(repeating: "x", count: 4_000))]
        }
      }
      #expect(talkative == .refused(.metadata))
      #expect(fixture.files.isEmpty)
    }
  }

  @Test func nothingIsOverwrittenWhateverElseIsWrong() async throws {
    try await TestLoop.run {
      let fixture = try PictureFixture()
      try await fixture.put(TestGIF.pixel, as: "a.gif")
      for bytes in [TestGIF.pixel, TestGIF.commented("x"), Array("hello".utf8)] {
        let taken = await failure { () throws(StorageError) in try await fixture.put(bytes, as: "a.gif") }
        #expect(taken == .objectExists)
      }
      let absent = await failure { () throws(StorageError) in
        try await fixture.put(TestGIF.pixel, as: "a.gif", if: .absent)
      }
      #expect(absent == .preconditionFailed)
      let missing = await failure { () throws(StorageError) in
        try await fixture.put(TestGIF.pixel, as: "b.gif", if: Precondition(matches: .any))
      }
      #expect(missing == .noSuchKey)
      #expect(fixture.files == ["a.gif"])
      #expect(try fixture.content(#require(StoredName("a.gif"))) == TestGIF.pixel)
    }
  }

  @Test func copyOfAFileIsLookedAt() async throws {
    try await TestLoop.run {
      let fixture = try PictureFixture()
      for (bytes, error) in [
        (TestGIF.pixel, nil), (Array("hello, world".utf8), StorageError.refused(.picture(.content))),
      ] {
        let file = SharedDescriptor(try FileDescriptor.inMemory("source"))
        try file.descriptor.writeAll(bytes.span, at: 0)
        let version = FileVersion(contentOf: try file.descriptor.status())
        let writer = try await PictureBucket(fixture.pictures).writer(of: Self.key("a.gif"), in: "images")
        try await writer.update { (content) throws(StorageError) in
          try content.append(.file(file, 0..<UInt64(bytes.count), of: version))
          #expect(content.size == UInt64(bytes.count))
        }
        let metadata = ObjectMetadata(
          etag: Hexadecimal.encode(MD5.digest(of: bytes)), size: UInt64(bytes.count), modified: Clock.now(),
          contentType: "", owner: "")
        let outcome = await failure { () throws(StorageError) in try await writer.commit(metadata, if: .none) }
        #expect(outcome == error)
        _ = try? await PictureBucket(fixture.pictures).remove(Self.key("a.gif"), in: "images", version: nil, if: .none)
      }
      #expect(fixture.files.isEmpty)
    }
  }

  @Test func listIsInTheOrderOfNamesWithEntityTags() async throws {
    try await TestLoop.run {
      let fixture = try PictureFixture()
      let bucket = PictureBucket(fixture.pictures)
      var options = PictureOptions()
      options.visibility = .unlisted
      let hidden = try await fixture.upload(TestGIF.pixel, options).name
      for name in ["b.gif", "a.gif", "B.gif"] { try await fixture.put(TestGIF.pixel, as: name) }
      let listed = try await bucket.list("images", ObjectQuery(from: .beginning, limit: 9))
      #expect(listed.map { String(decoding: $0.key, as: UTF8.self) } == ["B.gif", "a.gif", "b.gif"])
      let rest = try await bucket.list("images", ObjectQuery(from: .after(Self.key("B.gif")), limit: 1))
      #expect(rest.map(\.key) == [Self.key("a.gif")])
      let every = try await bucket.list("images", ObjectQuery(from: .beginning, limit: 9, includesUnlisted: true))
      let own = try #require(every.first { $0.key == Self.key(hidden.text) })
      #expect(own.etag == Hexadecimal.encode(MD5.digest(of: TestGIF.pixel)))
    }
  }

  @Test func removalHoldsToItsConditionAndTellsWhetherThereWasOne() async throws {
    try await TestLoop.run {
      let fixture = try PictureFixture()
      let bucket = PictureBucket(fixture.pictures)
      try await fixture.put(TestGIF.pixel, as: "a.gif")
      let key = Self.key("a.gif")
      let other = Precondition(matches: .oneOf(["other"]), holdsWithoutObject: true)
      let refused = await failure { () throws(StorageError) in
        _ = try await bucket.remove(key, in: "images", version: nil, if: other)
      }
      #expect(refused == .preconditionFailed)
      #expect(try await bucket.remove(key, in: "images", version: "null", if: .none))
      #expect(try await !bucket.remove(key, in: "images", version: nil, if: other))
      let version = await failure { () throws(StorageError) in
        _ = try await bucket.remove(key, in: "images", version: "1", if: .none)
      }
      #expect(version == .noSuchVersion("1"))
      #expect(fixture.files.isEmpty)
    }
  }
}
